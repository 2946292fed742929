import * as path from 'node:path';
import { ANSWERING_APP, ANSWERING_PACKAGES, bufferedAnswers, streamedAnswers, uvicornAnswers } from './answers';
import { makeAdapterImage, makeBaseImage } from './base-image';
import { Buildah, missingBuildah } from './buildah';
import { synthesizeImage } from './image-app';
import { startImageFunction } from './image-function';
import { webAdapter } from '../streaming/streaming-function';
import { pyproject, runTestUv, smallProject, temporaryCache, testPython } from '../support/projects';

const missing = missingBuildah();
const adapter = webAdapter();

temporaryCache();

(missing === undefined ? describe : describe.skip)(`images that are built${missing === undefined ? '' : ` (left out: ${missing})`}`, () => {
  const python = testPython();
  const project = smallProject({ 'main.py': ANSWERING_APP, 'data.txt': 'a file\n', 'pyproject.toml': pyproject(ANSWERING_PACKAGES) });
  let buildah: Buildah;

  beforeAll(() => {
    runTestUv(project.entry, 'sync', '--quiet');
    buildah = new Buildah();
    makeBaseImage(buildah, python);
    makeAdapterImage(buildah, 'program' in adapter ? adapter.program : undefined);
  }, 300_000);
  afterAll(() => {
    buildah.remove();
    project.remove();
  });

  test('answer as uvicorn does, for another user than root, and an edit changes their last layer alone', async () => {
    const expected = await uvicornAnswers(project.entry);
    const { context, buffered, streaming } = synthesizeImage(project, python);
    buildah.build(context, 'shop');
    const layers = buildah.layers('shop');
    const log = path.join(buildah.home, 'log');

    const answering = await startImageFunction(buildah, 'shop', buffered.config, buffered.environment, log);
    try {
      expect(await bufferedAnswers(answering)).toEqual(expected);
    } finally {
      await answering.stop();
    }
    if ('program' in adapter) {
      const served = await startImageFunction(buildah, 'shop', streaming.config, streaming.environment, log);
      try {
        expect(await streamedAnswers(served)).toEqual(expected);
      } finally {
        await served.stop();
      }
    }

    project.write({ 'main.py': `${ANSWERING_APP}\n# edited\n` });
    buildah.build(synthesizeImage(project, python).context, 'edited');
    const edited = buildah.layers('edited');
    expect(edited).toHaveLength(layers.length);
    expect(edited.slice(0, -1)).toEqual(layers.slice(0, -1));
    expect(edited.at(-1)).not.toEqual(layers.at(-1));
  }, 600_000);
});
