import * as fs from 'node:fs';
import * as path from 'node:path';
import { makeAdapterImage, makeBaseImage } from './base-image';
import { Buildah, missingBuildah } from './buildah';
import { synthesizeImage } from './image-app';
import { startImageFunction } from './image-function';
import { PythonBundling } from '../../src';
import { FastApiError } from '../../src/private/errors';
import { restEvent } from '../streaming/streaming-function';
import { pyproject, smallProject, temporaryCache, testPython } from '../support/projects';

const missing = missingBuildah();

temporaryCache();

/** Applications that no zip file may hold, each with what it answers. */
const LARGE: readonly (readonly [string, readonly string[], string, string])[] = [
  ['titiler with its drivers', ['titiler.core', 'rio-tiler', 'rasterio', 'scipy', 'pyarrow', 'uvicorn'], `
import numpy
import rasterio
import scipy.ndimage
from fastapi import FastAPI
from rasterio.io import MemoryFile
from titiler.core.factory import TilerFactory

app = FastAPI()
app.include_router(TilerFactory().router, prefix="/cog")


@app.get("/answer")
def answer() -> dict[str, object]:
    pixels = scipy.ndimage.zoom(numpy.eye(4), 2, order=0)
    with MemoryFile() as memory:
        with memory.open(driver="GTiff", width=8, height=8, count=1, dtype="float64") as target:
            target.write(pixels, 1)
        with memory.open() as source:
            return {"sum": float(source.read(1).sum()), "drivers": "GTiff" in rasterio.drivers.raster_driver_extensions().values()}
`, '{"sum":16.0,"drivers":true}'],
  ['pyarrow and pandas', ['fastapi', 'pandas', 'pyarrow', 'scikit-learn', 'uvicorn'], `
import io

import pandas
from fastapi import FastAPI
from sklearn.linear_model import LinearRegression

app = FastAPI()


@app.get("/answer")
def answer() -> dict[str, object]:
    frame = pandas.DataFrame({"a": [1, 2, 3], "b": [2.0, 4.0, 6.0]})
    buffer = io.BytesIO()
    frame.to_parquet(buffer)
    back = pandas.read_parquet(io.BytesIO(buffer.getvalue()))
    return {"rows": len(back), "slope": round(float(LinearRegression().fit(back[["a"]], back["b"]).coef_[0]), 3)}
`, '{"rows":3,"slope":2.0}'],
];

(missing === undefined ? describe : describe.skip)(`applications over 250 MB${missing === undefined ? '' : ` (left out: ${missing})`}`, () => {
  const python = testPython();
  let buildah: Buildah;

  beforeAll(() => {
    buildah = new Buildah();
    makeBaseImage(buildah, python);
    makeAdapterImage(buildah, undefined);
  }, 300_000);
  afterAll(() => buildah.remove());

  test.each(LARGE)('%s: refused as a zip file with the way out, and answers from an image', async (_, dependencies, main, expected) => {
    const project = smallProject({ 'main.py': main, 'pyproject.toml': pyproject(dependencies, '', `>=${python.minor}`) });
    try {
      const refused = (): unknown => PythonBundling.auto()._bundle({
        entry: project.entry, entrypoint: 'main:app', runtime: python.minor, architecture: process.arch === 'arm64' ? 'arm64' : 'x86_64',
      });
      expect(refused).toThrow(FastApiError);
      expect(refused).toThrow(/the largest parts are \w+ \(\d+\.\d MB\), .* or use `PythonBundling\.image\(\)`/);
      const { context, buffered } = synthesizeImage(project, python);
      buildah.build(context, 'large');
      const answering = await startImageFunction(buildah, 'large', buffered.config, buffered.environment, path.join(buildah.home, 'log'));
      try {
        expect(await answering.invoke(restEvent('/answer', {}))).toMatchObject({ statusCode: 200, body: expected });
      } catch (error) {
        throw new Error(`${String(error)}\n${fs.readFileSync(path.join(buildah.home, 'log'), 'utf8').slice(-3000)}`);
      } finally {
        await answering.stop();
        buildah.run('rm', '--all');
        buildah.run('rmi', '--force', 'large');
      }
    } finally {
      project.remove();
    }
  }, 900_000);
});
