import { readFileSync } from 'fs';
import type { OpenAPIV3_1 } from 'openapi-types';
import { describe } from './describe';
import { type Issue, throwErrors } from './issue';
import { fragmentOf, isLocal } from './json-pointer';
import { type AppFacts, appFacts } from './route-facts';
import { deviations } from './schema';
import { FastApiError } from '../private/errors';
import { isFile } from '../private/file-kind';
import { isJsonObject, member, type JsonObject } from '../private/json';
import { OWN_LIMITS } from '../private/limits';
import { printable } from '../private/printable';

/** An OpenAPI document that was checked and can be read. */
export interface OpenApiDocument {
  /** The source for messages: a file, or `package.module:attribute`. */
  readonly source: string;
  /** The parsed document, of OpenAPI 3.0, 3.1 or 3.2; typed as 3.1, the version that FastAPI writes. */
  readonly content: OpenAPIV3_1.Document;
  /** The app's facts about itself; empty for a document that no app wrote. */
  readonly facts: AppFacts;
  /** Warnings about deviations from OpenAPI that routing does not depend on. */
  readonly issues: readonly Issue[];
}

/**
 * Reads and checks a document in a file.
 *
 * @param path path of a JSON file
 */
export function readDocument(path: string): OpenApiDocument {
  let text: string;
  try {
    if (!isFile(path)) throw new Error('no file');
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new FastApiError(`the OpenAPI document ${path} cannot be read; give the path of a JSON file that exists`, { cause: error });
  }
  return parseDocument(text, path);
}

/**
 * Parses and checks the text of a document.
 *
 * @param text JSON
 * @param source where the text comes from, for messages
 */
export function parseDocument(text: string, source: string): OpenApiDocument {
  let content: unknown;
  try {
    content = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    if (/^\s*(%YAML|---|#|["']?(openapi|swagger|info|paths)["']?\s*:)/m.test(text) && !/^\s*[{[]/.test(text)) {
      throw new FastApiError(`the OpenAPI document ${source} must be JSON, got: YAML; convert it, or let the app write it with `
        + '`cdk-fastapi openapi --out openapi.json`');
    }
    throw new FastApiError(`the OpenAPI document ${source} is not JSON, got: ${(error as Error).message}; `
      + 'write it again with `cdk-fastapi openapi --out openapi.json`', { cause: error });
  }
  return checkDocument(content, source);
}

/**
 * Checks a parsed document. Everything that cannot be read is reported in one error.
 *
 * @param content the parsed document
 * @param source where it comes from, for messages
 */
export function checkDocument(content: unknown, source: string): OpenApiDocument {
  if (!isJsonObject(content)) {
    throw new FastApiError(`the OpenAPI document ${source} must be an object, got: ${describe(content)}; give a whole OpenAPI document`);
  }
  checkLevels(content, source);
  checkVersion(content, source);
  if (['paths', 'webhooks', 'components'].every((name) => member(content, name) === undefined)) {
    throw new FastApiError(`the OpenAPI document ${source} has no \`paths\`; give a whole OpenAPI document`);
  }
  const issues = [...schemaIssues(content), ...externalReferences(content)];
  throwErrors(issues, source);
  return checkedDocument(content, source, issues);
}

/**
 * Parses the text of a document that was checked before, without checking it again, because the check is the slowest part.
 *
 * @param text the same text
 * @param source where it comes from, for messages
 * @param issues the issues that the check found
 */
export function recallDocument(text: string, source: string, issues: readonly Issue[]): OpenApiDocument {
  return checkedDocument(JSON.parse(text) as JsonObject, source, issues);
}

function checkedDocument(content: JsonObject, source: string, issues: readonly Issue[]): OpenApiDocument {
  // The cast is safe, because the members that this library reads were checked.
  return { source, content: content as unknown as OpenAPIV3_1.Document, facts: appFacts(content, source), issues };
}

/** Refuses documents that are nested too deeply, because recursive functions that walk them would overflow the stack. */
function checkLevels(content: JsonObject, source: string): void {
  const seen = new Map<object, number>();
  const waiting: [object, number][] = [[content, 1]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [value, level] = next;
    if (level > OWN_LIMITS.documentLevels) {
      throw new FastApiError(`the OpenAPI document ${source} must have ${OWN_LIMITS.documentLevels} levels at most, got: more, or a part that contains itself; give schemas names, and refer to them by \`$ref\``);
    }
    // A part that was seen at this level or deeper is not walked again.
    if ((seen.get(value) ?? 0) >= level) continue;
    seen.set(value, level);
    for (const child of Object.values(value)) if (typeof child === 'object' && child !== null) waiting.push([child as object, level + 1]);
  }
}

function checkVersion(content: JsonObject, source: string): void {
  const swagger = member(content, 'swagger');
  if (swagger !== undefined) {
    throw new FastApiError(`the document ${source} must be OpenAPI 3.0, 3.1 or 3.2, got: Swagger ${printable(String(swagger), 60)}; `
      + 'convert it to OpenAPI 3, or let the app write its document');
  }
  const version = member(content, 'openapi');
  if (version === undefined) {
    throw new FastApiError(`the document ${source} is not OpenAPI: it has no \`openapi\` version; give an OpenAPI 3.0, 3.1 or 3.2 document`);
  }
  if (typeof version !== 'string' || !/^3\.[012](\.\d+)?(-.+)?$/.test(version)) {
    throw new FastApiError(`\`openapi\` of ${source} must be 3.0, 3.1 or 3.2, got: ${describe(version)}; give a document of one of these versions`);
  }
}

function schemaIssues(content: JsonObject): Issue[] {
  const all = deviations(content);
  const issues: Issue[] = all.filter((deviation) => deviation.unreadable).map(({ tokens, message }) => ({
    severity: 'error',
    rule: 'schema',
    message: `\`${fragmentOf(tokens)}\` ${message}`,
    remedy: 'repair the document',
    ...(tokens[0] === 'paths' && { path: tokens[1], method: tokens[2]?.toUpperCase() }),
  }));
  const rest = all.filter((deviation) => !deviation.unreadable);
  if (rest.length > 0) {
    issues.push({
      severity: 'warning',
      rule: 'schema',
      message: `${rest.length} deviations from the OpenAPI schema that no route depends on, the first: \`${fragmentOf(rest[0].tokens)}\` ${rest[0].message}`,
      remedy: 'repair the document where other tools read it',
    });
  }
  return issues;
}

/** Members whose values are the user's data, in which `$ref` is no reference. */
const DATA = new Set(['example', 'examples', 'default', 'enum', 'const']);

/** References to other files: an error where routes depend on them, else one warning. */
function externalReferences(content: JsonObject): Issue[] {
  const found: { tokens: string[]; reference: string }[] = [];
  const walk = (value: unknown, tokens: string[]) => {
    if (Array.isArray(value)) value.forEach((item, index) => walk(item, [...tokens, String(index)]));
    if (!isJsonObject(value)) return;
    for (const [key, child] of Object.entries(value)) {
      if (key === '$ref' && typeof child === 'string' && !isLocal(child)) found.push({ tokens, reference: child });
      else if (!DATA.has(key) && !key.startsWith('x-')) walk(child, [...tokens, key]);
    }
  };
  walk(content, []);
  const routing = found.filter(({ tokens }) => tokens[0] === 'paths' && (tokens.length === 2 || tokens.at(-2) === 'parameters'));
  const issues: Issue[] = routing.map(({ tokens, reference }) => ({
    severity: 'error',
    rule: 'external-reference',
    message: `\`${fragmentOf(tokens)}\` refers to another file, got: ${reference}`,
    remedy: 'bundle the document into one file',
    path: tokens[1],
  }));
  const rest = found.filter((entry) => !routing.includes(entry));
  if (rest.length > 0) {
    issues.push({
      severity: 'warning',
      rule: 'external-reference',
      message: `${rest.length} references to other files are not followed, the first: \`${fragmentOf(rest[0].tokens)}\`, got: ${rest[0].reference}`,
      remedy: 'bundle the document into one file where a client is generated from it',
    });
  }
  return issues;
}
