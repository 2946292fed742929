import type { GeneratedText } from './generated-text';
import { isPropertyName } from './names';
import { quoted, summaryLine, unquoted, withHeader } from './text';
import type { AppReference, TypedConstruct, TypedOperation } from './typed-construct';
import { API_TYPES } from '../operations/api-type';

/** The line of one operation, as it is read again from a file of an earlier time. */
const OPERATION = /^ {2}(?:'((?:[^'\\]|\\.)*)'|([^\s':]+)): '((?:[^'\\]|\\.)*)',$/u;

/** The typed construct of TypeScript. The generics are in `cdk-fastapi/typed`. */
export function typescriptText(construct: TypedConstruct): GeneratedText {
  const { name, apiType, app, catchAll } = construct;
  const { className: Kind, title: called } = API_TYPES[apiType];
  const factory = `${apiType}ApiClass`;
  const Ops = `${name}Operations`;
  const operations = construct.operations.map(member).join('');
  const defaults = catchAll ? ', { catchAll: true }' : '';
  return {
    warnings: [],
    text: withHeader('//', `/* eslint-disable */
import { FastApiApp${app.openApi === undefined ? '' : ', OpenApiSource'} } from 'cdk-fastapi';
import { ${factory}, type Default${Kind}Integrations, type ${Kind}ApiClass, type ${Kind}Integrations } from 'cdk-fastapi/typed';

const operations = {
${operations}} as const;
type Operations = typeof operations;

/** The operations of {@link ${name}}. */
export interface ${Ops} extends Operations {}

const Base: ${Kind}ApiClass<${Ops}> = ${factory}<${Ops}>(() => ${appExpression(app)}, operations${defaults});

/** The ${called} API of \`${comment(app.directory)}\`. */
export class ${name}<
  Integrations extends ${Kind}Integrations<${Ops}> = Default${Kind}Integrations<${Ops}>,
> extends Base<Integrations> {}
`),
  };
}

/** The operations of a file that was generated before. */
export function typescriptOperations(text: string): Map<string, string> {
  const lines = text.split('\n').map((line) => OPERATION.exec(line)).filter((match) => match !== null);
  return new Map(lines.map(([, quotedKey, bareKey, route]) => [quotedKey === undefined ? bareKey : plain(quotedKey), plain(route)]));
}

function member({ key, route, summary }: TypedOperation): string {
  const doc = summaryLine(summary);
  const name = isPropertyName(key) ? key : literal(key);
  return `${doc === undefined ? '' : `  /** ${comment(doc)} */\n`}  ${name}: ${literal(route)},\n`;
}

function appExpression({ directory, entrypoint, openApi }: AppReference): string {
  const options = [
    ...entrypoint === undefined ? [] : [`entrypoint: ${literal(entrypoint)}`],
    ...openApi === undefined ? [] : [`openApi: OpenApiSource.fromFile(${literal(openApi)})`],
  ];
  return `FastApiApp.fromDirectory(${literal(directory)}${options.length > 0 ? `, { ${options.join(', ')} }` : ''})`;
}

function literal(text: string): string {
  return `'${quoted(text).slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'")}'`;
}

function plain(body: string): string {
  return unquoted(`"${body.replace(/\\'/g, "'").replace(/"/g, '\\"')}"`) ?? body;
}

function comment(text: string): string {
  return text.replace(/\*\//g, '*\\/').replace(/@/g, '\\@');
}
