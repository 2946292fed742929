import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { DependencyPlacement, FastApiApp, FastApiRestApi, FastApiStreamingFunctionUrl, IntegrationPattern, PythonBundling, RestApiAuth, type PackageOptions } from '../../src';
import { LocalSession } from '../../src/local/local-session';
import { smallProject, temporaryCache, testPython } from '../support/projects';
import { TemporaryProject } from '../support/temporary-project';

const MAIN = `
import importlib.metadata
import pathlib
from typing import Any

import added
import fastapi
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()


@app.get("/where")
def where() -> Any:
    return {"fastapi": fastapi.__file__, "main": __file__, "version": importlib.metadata.version("fastapi"), "added": added.VALUE}


@app.get("/write")
def write() -> dict[str, bool]:
    try:
        pathlib.Path(fastapi.__file__).with_name("written.db").write_text("x")
    except OSError:
        return {"wrote": False}
    return {"wrote": True}


@app.get("/stream")
def stream() -> StreamingResponse:
    return StreamingResponse(iter([b"a", b"b"]), media_type="text/plain")
`;

temporaryCache();
const made: TemporaryProject[] = [];
afterAll(() => made.forEach((each) => each.remove()));

/** A layer of the user's, with a module and a `.pth` file that adds a directory to the path of modules. */
function usersLayer(scope: Stack): lambda.LayerVersion {
  const layer = new TemporaryProject({ 'python/path.pth': 'more\n', 'python/more/added.py': 'VALUE = 7\n' });
  made.push(layer);
  return new lambda.LayerVersion(scope, 'Own', { code: lambda.Code.fromAsset(layer.entry) });
}

test.each([
  ['packages in the function', 'task', (options: PackageOptions) => PythonBundling.uv(options)],
  ['packages in a layer', `opt/python/lib/python${testPython().minor}/site-packages`, (options: PackageOptions) => PythonBundling.uv({ ...options, dependencies: DependencyPlacement.LAYER })],
  ['packages in an image', 'task', (options: PackageOptions) => PythonBundling.image(options)],
])('%s: buffered and streaming functions find them, those of a layer of the user\'s too', async (_, place, bundling) => {
  const project = smallProject({ 'main.py': MAIN, 'requirements.txt': 'fastapi\n' });
  made.push(project);
  const root = new App({ outdir: path.join(project.root, 'cdk.out'), analyticsReporting: false });
  const stack = new Stack(root, 'Packed');
  const runtime = new lambda.Runtime(`python${testPython().minor}`, lambda.RuntimeFamily.PYTHON);
  // Images have no layers: there the module is the app's own.
  project.write({ 'added.py': 'VALUE = 7\n' });
  const image = bundling({})._isImage;
  const app = FastApiApp.fromDirectory(project.entry, { entrypoint: 'main:app', runtime, bundling: bundling(image ? {} : { exclude: ['added.py'] }) });
  const options = image ? {} : { layers: [usersLayer(stack)] };
  new FastApiRestApi(stack, 'Rest', { app, auth: RestApiAuth.none(), pattern: IntegrationPattern.SHARED, functionOptions: options });
  new FastApiStreamingFunctionUrl(stack, 'Url', { app, auth: lambda.FunctionUrlAuthType.NONE, ...options });
  root.synth();

  const session = await LocalSession.start({ assembly: root.outdir, stacks: [] }, {
    began: () => undefined, ended: () => undefined, printed: () => undefined, notice: () => undefined, outdated: () => undefined,
  });
  try {
    for (const key of ['Rest', 'Url']) {
      const url = session.served.find((each) => each.key === key)!.url;
      const found = await (await fetch(`${url}where`)).json() as Record<string, unknown>;
      expect(found).toMatchObject({ main: expect.stringMatching(/task\/main\.py$/), version: expect.stringMatching(/^\d/), added: 7 });
      expect(found.fastapi).toMatch(new RegExp(`/${place}/fastapi/__init__\\.py$`));
      expect(await (await fetch(`${url}write`)).json()).toEqual({ wrote: false });
      expect(await (await fetch(`${url}stream`)).text()).toBe('ab');
    }
  } finally {
    await session.close();
  }
});
