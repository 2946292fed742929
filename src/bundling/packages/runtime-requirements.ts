/** A pure Python wheel that a bundle gets where the project does not have its package. */
export interface RuntimeRequirement {
  readonly name: string;
  readonly version: string;
  /** sha-256 of the wheel. */
  readonly sha256: string;
}

/**
 * The one place that says which version of the server of streaming functions a bundle gets. What a project
 * depends on itself is left alone.
 */
export const RUNTIME_REQUIREMENTS: readonly RuntimeRequirement[] = [
  { name: 'uvicorn', version: '0.54.0', sha256: '505bdb0f318731d45f1f712071fc781a8981f6847a31c902c9f5e652d4f67faf' },
  { name: 'h11', version: '0.16.0', sha256: '63cf8bbe7522de3bf65932fda1d9c2772064ffb3dae62d55932da54b31cb6c86' },
  { name: 'click', version: '8.5.1', sha256: '8bb5376d2006950386f8c6427613334a2acadc5f559cb80e638d00b4df957e37' },
];

/** Lines of a requirements file for what `names` lacks. */
export function missingRequirements(names: ReadonlySet<string>): string[] {
  return RUNTIME_REQUIREMENTS.filter(({ name }) => !names.has(name)).map(({ name, version, sha256 }) => `${name}==${version} --hash=sha256:${sha256}`);
}
