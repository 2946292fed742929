import { Component, type cdk } from 'projen';

/**
 * What jsii-pacmak cannot give the wheel: a launcher that does not load the library twice, the skill for coding agents, and
 * links that lead somewhere on PyPI. Samples in the documentation of a package are in its language where the table of
 * translations is there when it is made.
 */
export class PythonWheel extends Component {
  constructor(project: cdk.JsiiProject) {
    super(project);
    const condition = 'node -e "process.exit(fs.existsSync(\'.jsii.tabl.json\') ? 1 : 0)"';
    for (const name of ['package:python', 'package:java']) {
      project.tasks.tryFind(name)?.prependExec('jsii-rosetta extract --strict', { condition });
    }
    project.tasks.tryFind('package:python')?.exec('node scripts/finish-wheel.mjs');
    project.addPackageIgnore('/packaging/');
  }
}
