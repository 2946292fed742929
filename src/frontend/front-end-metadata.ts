/** The type of the entry in the assembly's manifest that tells which directories a distribution serves. */
export const FRONT_END_METADATA = 'cdk-fastapi:front-end';
