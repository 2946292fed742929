import { fragmentOf } from '../json-pointer';

/** Something that OpenAPI 3.0, or API Gateway's reading of it, cannot say. */
export interface Loss {
  /** Where it stands in the document, as a JSON pointer in a URL fragment. */
  readonly place: string;
  /** What is lost. */
  readonly loss: string;
}

/** Gathers losses. */
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
