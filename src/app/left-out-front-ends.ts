import type { OpenApiDocument } from '../openapi/document';
import { FastApiError } from '../private/errors';

/** Whether the bundle of an app has its front ends, which something else may serve. */
export class LeftOutFrontEnds {
  private areLeftOut = false;

  /** @param isBundled whether a bundle was made already */
  public leaveOut(isBundled: boolean): void {
    if (isBundled && !this.areLeftOut) {
      throw new FastApiError('`frontend` must be said before the app is bundled, got: another API of the same app without it; make the API with `frontend` first, or give each an app of its own');
    }
    this.areLeftOut = true;
  }

  /** Directories of the project of which the bundle has empty pages alone; undefined where it has everything. */
  public emptied(document: () => OpenApiDocument): string[] | undefined {
    if (!this.areLeftOut) return undefined;
    return document().facts.sites.map(({ directory }) => directory).filter((directory) => !directory.startsWith('..'));
  }
}
