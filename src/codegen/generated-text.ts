/** The text of a typed construct. */
export interface GeneratedText {
  readonly text: string;
  /** Names that could not be what their operation's name says. */
  readonly warnings: readonly string[];
}
