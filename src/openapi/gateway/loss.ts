import { fragmentOf } from '../json-pointer';

/** A part of a document that OpenAPI 3.0 or API Gateway's import cannot express. */
export interface Loss {
  /** Place in the document, as a JSON pointer in a URL fragment. */
  readonly place: string;
  /** Description of the loss. */
  readonly loss: string;
}

/** Collects losses, each once. */
export class Losses {
  private readonly found = new Map<string, Loss>();

  public get all(): Loss[] {
    return [...this.found.values()];
  }

  public add(tokens: readonly string[], loss: string): void {
    const place = fragmentOf(tokens);
    this.found.set(`${place} ${loss}`, { place, loss });
  }
}
