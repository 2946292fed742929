// Draws the pictures of the pages about what runs: `npx ts-node -T -P tsconfig.dev.json scripts/pictures/pictures.ts` writes
// docs/dashboard.svg and docs/profile.svg, with `--check` it fails where a file is another one.
import * as fs from 'fs';
import * as path from 'path';
import { drawDashboard } from './dashboard';
import { flamePicture } from '../../src/cli/profile/flame';
import type { Span } from '../../src/cli/profile/start-profile';

const docs = path.join(__dirname, '..', '..', 'docs');
// What `cdk-fastapi profile` recorded of examples/bookshop, without spans below 0.6 ms.
const recorded = JSON.parse(fs.readFileSync(path.join(__dirname, 'start.json'), 'utf8')) as { readonly title: string; readonly start: Span };

const PICTURES: Readonly<Record<string, () => string>> = {
  'dashboard.svg': drawDashboard,
  'profile.svg': () => flamePicture(recorded.title, recorded.start),
};

for (const [name, draw] of Object.entries(PICTURES)) {
  const file = path.join(docs, name);
  const drawn = draw();
  if (!process.argv.includes('--check')) {
    fs.writeFileSync(file, drawn);
  } else if (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== drawn) {
    process.stderr.write(`pictures: docs/${name} is not what scripts/pictures draws; run \`npx ts-node -T -P tsconfig.dev.json scripts/pictures/pictures.ts\`\n`);
    process.exitCode = 1;
  }
}
