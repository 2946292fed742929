import { Option } from 'commander';
import type { CliCommand } from './cli-command';
import { machineNotes, thisMachine } from './new/machine';
import { AUTHS, COMPUTES, type Auth, type Compute } from './new/new-options';
import { placeAround } from './new/place';
import { planProject } from './new/plan';
import { writeFiles } from './new/write-files';
import { count, json } from './terminal';
import { usage } from './usage-error';

interface NewOptions {
  readonly compute: Compute;
  readonly auth: Auth;
  readonly directory: string;
  readonly moduleName?: string;
  readonly constructOut?: string;
  readonly force?: true;
  readonly json?: true;
}

const NEEDS = `
Files are all that is written, so nothing but Node.js is needed. The project's own commands need uv and a Python from 3.11
to 3.14: where this machine lacks them, a warning says how to get them, and the exit status is 0.
`;

/** `cdk-fastapi new`: a FastAPI project, and a construct for it. */
export const newCommand: CliCommand = (program, terminal) => {
  program.command('new')
    .description('write a FastAPI project with logs, metrics and traces, and a construct that deploys it')
    .argument('<name>', 'name of the project, such as my-api')
    .addOption(new Option('--compute <kind>', 'how it is deployed: REST API, HTTP API, streaming function URL').choices(COMPUTES).default('rest'))
    .addOption(new Option('--auth <auth>', 'who may call it').choices(AUTHS).default('iam'))
    .option('--directory <directory>', 'directory in which the project\'s own is made', 'packages')
    .option('--module-name <name>', 'name of the Python module (default: the name with `_`)')
    .option('--construct-out <file>', 'file of the construct, .ts, .py or .java (default: none, in an Nx workspace that of its constructs)')
    .option('--force', 'write over files that exist')
    .option('--json', 'write the result as JSON')
    .addHelpText('after', NEEDS)
    .action((name: string, options: NewOptions) => {
      const place = placeAround(process.cwd());
      const machine = thisMachine();
      const plan = usage(() => planProject({ name, ...options, python: machine.python }, place));
      writeFiles(place.root, plan.fresh, options.force ?? false);
      // Written after the others, over themselves with a line more.
      writeFiles(place.root, plan.changed, true);

      const notes = machineNotes(machine);
      const files = [...plan.fresh.keys(), ...plan.changed.keys()].sort();
      const { names, directory, construct } = plan;
      if (options.json) {
        const { project, module, construct: className } = names;
        terminal.out(json({ name: project, module, class: className, root: place.root, directory, construct, files, notes }));
        return;
      }
      terminal.err(`${directory}: ${count(files.length, 'file')}${construct === undefined ? '' : `, construct ${names.construct} in ${construct}`}\n`);
      for (const note of notes) terminal.err(`warning: ${note}\n`);
      terminal.err(`next: ${machine.uv ? '' : 'install uv, then '}${place.nx ? `npx nx serve ${names.project}` : `cd ${directory} && uv run fastapi dev`}\n`);
    });
};
