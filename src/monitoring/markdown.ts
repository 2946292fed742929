/** A text from a document, escaped so that a text widget does not read it as Markdown. */
export function escapeMarkdown(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]()#+!|<>&~-]/g, '\\$&');
}
