import { Component, type cdk } from 'projen';

/**
 * Documentation is a build product that can be wrong: the snippets of the README and of docstrings
 * are compiled and translated before anything is packaged, and the table of translations stays out
 * of git and npm.
 */
export class ApiDocs extends Component {
  constructor(project: cdk.JsiiProject) {
    super(project);
    const extract = project.addTask('docs:snippets', {
      description: 'Compile and translate every snippet of the README and the docstrings',
      exec: 'jsii-rosetta extract --strict',
    });
    project.tasks.tryFind('package-all')?.prependSpawn(extract);
    project.gitattributes.addAttributes('/API.md', 'linguist-generated');
  }
}
