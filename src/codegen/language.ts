import type { GeneratedText } from './generated-text';
import { javaOperations, javaText } from './java';
import { pythonOperations, pythonText } from './python';
import type { TypedConstruct } from './typed-construct';
import { typescriptOperations, typescriptText } from './typescript';

/** What is different between the languages of typed constructs. */
export interface Language {
  /** Ending of its files. */
  readonly ending: string;
  /** What the paths of the app are relative to: in Python its own file, elsewhere the directory of `cdk.json`, where programs are started. */
  readonly appBase: 'file' | 'workingDirectory';
  /**
   * Writes a typed construct.
   *
   * @param file path of the file with slashes: where Java's package is seen
   */
  write(construct: TypedConstruct, file: string): GeneratedText;
  /** Name and route of each operation of a file that was written before. */
  operations(text: string): Map<string, string>;
}

export const LANGUAGES = {
  typescript: { ending: '.ts', appBase: 'workingDirectory', write: typescriptText, operations: typescriptOperations },
  python: { ending: '.py', appBase: 'file', write: pythonText, operations: pythonOperations },
  java: { ending: '.java', appBase: 'workingDirectory', write: javaText, operations: javaOperations },
} as const satisfies Record<string, Language>;

export type LanguageName = keyof typeof LANGUAGES;
