import type { OpenApiDocument } from '../openapi/document';
import { pathOperations } from '../openapi/path-operations';
import type { Operation } from '../operations/operation';
import { describeOperation, operationKeys } from '../operations/operation-keys';
import type { Operations } from '../operations/operations';
import { FastApiError } from '../private/errors';
import { member, stringMember, type JsonObject } from '../private/json';
import { printable } from '../private/printable';

/** The facts about a REST API that tools are made from. */
export interface ToolSource {
  readonly document: OpenApiDocument;
  readonly operations: Operations;
  /** `AWS_IAM`, `NONE`, or the type of an authorizer. */
  authorizationType(operation: Operation): string;
  apiKeyRequired(operation: Operation): boolean;
}

/** One operation as a tool. */
export interface AgentTool {
  readonly operation: Operation;
  /** The tool's name, as agents see it. */
  readonly name: string;
  readonly description?: string;
}

/** Maximum length of a tool's name, without the target's name, which the gateway puts in front. */
const MAX_NAME = 64;

/**
 * The tools of an API.
 *
 * @param names names or qualified names; `undefined` for every operation that can be a tool
 * @see https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/gateway-target-api-gateway.html
 */
export function agentTools(source: ToolSource, names?: readonly string[]): { readonly tools: AgentTool[]; readonly leftOut: readonly string[] } {
  const declared = new Map(pathOperations(source.document).map(({ method, path, operation }) => [`${method} ${path}`, operation]));
  const problems: string[] = [];
  const chosen = names === undefined ? source.operations.all : [...new Set(names.map((name) => source.operations.findOrReport(name, problems)))];
  const keys = operationKeys(source.operations);
  const leftOut: string[] = [];
  const tools: AgentTool[] = [];
  for (const operation of chosen) {
    if (operation === undefined) continue;
    const document = declared.get(operation.guard) ?? {};
    const reason = refusal(operation, document, source);
    if (reason === undefined) tools.push({ operation, name: toolName(keys.get(operation)!), description: descriptionOf(document) });
    else (names === undefined ? leftOut : problems).push(`${describeOperation(operation)} cannot be a tool: ${reason}`);
  }
  problems.push(...sameNames(tools));
  if (problems.length === 0 && tools.length === 0) problems.push(`there must be an operation that can be a tool, got: none${leftOut.length > 0 ? `; ${leftOut[0]}` : ''}`);
  if (problems.length > 0) throw new FastApiError(`\`operations\` of FastApiAgentTools: ${problems.join('\n')}`);
  return { tools, leftOut };
}

/** Why an operation cannot be a tool. */
function refusal(operation: Operation, document: JsonObject, source: ToolSource): string | undefined {
  if (operation.catchAll || operation.parts.some((part) => part.endsWith('+}'))) {
    return 'an agent gateway takes no route with a parameter that takes slashes; give it a path without one';
  }
  if (operation.streaming) return 'a tool answers as a whole, and the operation streams; give the app an operation that answers with a list';
  const types = Object.keys((member(member(document, 'requestBody'), 'content') ?? {}) as object);
  if (types.length > 0 && !types.some(isJson)) return `a tool sends JSON, and the operation takes ${types.join(', ')}; give the app an operation that takes JSON`;
  const type = source.authorizationType(operation);
  if (type !== 'AWS_IAM' && type !== 'NONE') return `the gateway signs with its role, and the operation asks for ${type}; protect it by IAM`;
  if (type === 'AWS_IAM' && source.apiKeyRequired(operation)) return 'an agent gateway takes no operation that wants both a signature and an API key; leave `apiKeyRequired` out';
  return undefined;
}

function isJson(type: string): boolean {
  return /^application\/([\w.-]+\+)?json\b/.test(type);
}

/** A name of letters, digits, `_` and `-`, because models accept no other characters. */
function toolName(key: string): string {
  return key.replace(/[^A-Za-z0-9_-]+/g, '_').replace(/^_+|_+$/g, '').slice(0, MAX_NAME);
}

function descriptionOf(document: JsonObject): string | undefined {
  return stringMember(document, 'description') ?? stringMember(document, 'summary');
}

function sameNames(tools: readonly AgentTool[]): string[] {
  const holders = new Map<string, Operation>();
  return tools.flatMap(({ name, operation }) => {
    const other = holders.get(name);
    if (other === undefined) {
      holders.set(name, operation);
      return name === '' ? [`${describeOperation(operation)} must have a name with letters or digits, got: ${printable(operation.name, 100)}; name its function in the app`] : [];
    }
    return [`each tool must have a name of its own, got: \`${name}\` for ${describeOperation(other)} and for ${describeOperation(operation)}; rename one of the functions in the app, or leave one out`];
  });
}
