import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { declaredProperties, HTTP_PLACES, REST_PLACES, spelling } from '../test/api/body/property-places';

/**
 * Compares the table of properties with the newest aws-cdk-lib of the registry: `npx ts-node -T -P tsconfig.dev.json scripts/cdk-properties.ts`.
 * Exit status 1 where that release has a property that the table lacks. Reads the package's declarations and runs nothing of it.
 */
const MODULES = { 'aws-apigateway/lib/apigateway.generated.d.ts': REST_PLACES, 'aws-apigatewayv2/lib/apigatewayv2.generated.d.ts': HTTP_PLACES };

function main(): number {
  const work = mkdtempSync(join(tmpdir(), 'cdk-fastapi-properties-'));
  try {
    if (!run(work, 'npm', ['pack', '--silent', `aws-cdk-lib@${process.argv[2] ?? 'latest'}`])) return 0;
    const [archive] = readdirSync(work);
    if (!run(work, 'tar', ['-xzf', archive, ...Object.keys(MODULES).map((file) => `package/${file}`)])) return 1;
    const missing = Object.entries(MODULES).flatMap(([file, places]) => {
      const declarations = readFileSync(join(work, 'package', file), 'utf8');
      return Object.keys(places).flatMap((name) => {
        const known = Object.keys(places[name]).map(spelling);
        const declared = declaredProperties(declarations, name);
        if (declared.length === 0) return [`${name}: not found in ${file}`];
        return declared.filter((property) => !known.includes(spelling(property))).map((property) => `${name}.${property}`);
      });
    });
    process.stderr.write(missing.length === 0 ? `the table has every property of ${archive}\n`
      : `${archive} has properties that test/api/body/property-places.ts lacks: ${missing.join(', ')}\n`);
    return missing.length === 0 ? 0 : 1;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Whether a program could do its work; its own message says why not. */
function run(cwd: string, program: string, options: string[]): boolean {
  const done = spawnSync(program, options, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  if (done.status === 0) return true;
  process.stderr.write(`skipped: ${program} ${options.join(' ')} did not work here\n`);
  return false;
}

process.exitCode = main();
