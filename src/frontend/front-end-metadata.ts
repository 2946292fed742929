/** The metadata type in the assembly's manifest for the directories that a distribution serves. */
export const FRONT_END_METADATA = 'cdk-fastapi:front-end';
