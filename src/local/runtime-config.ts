import type { IncomingMessage } from 'node:http';
import { isLoopbackOrigin } from './host';
import type { LocalApi } from './local-api';
import type { Template } from './template';
import { entries, member, stringMember } from '../private/json';
import { references } from '../private/references';

/** What of a served API the configuration says. */
export interface ConfiguredApi {
  readonly key: string;
  readonly url: string;
}

/**
 * The file `runtime-config.json` with the URLs on this machine, for pages that this machine serves.
 *
 * @param incoming asks for it
 */
export function runtimeConfig(apis: readonly ConfiguredApi[], incoming: IncomingMessage): { headers: Record<string, string>; body: string } {
  const { origin, host } = incoming.headers;
  const isPage = origin !== undefined && isLoopbackOrigin(origin);
  // By the name that the page has itself: to another one a browser sends no cookies.
  const name = new URL(isPage ? origin : `http://${host}`).hostname;
  const here = (url: string): string => url.replace('127.0.0.1', name);
  return {
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'vary': 'Origin',
      ...(isPage ? { 'access-control-allow-origin': origin } : {}),
    },
    body: `${JSON.stringify({ apis: Object.fromEntries(apis.map(({ key, url }) => [key, here(url)])) }, undefined, 2)}\n`,
  };
}

/** The key of an API: the id of its construct, by the name that the construct gives it. */
export function runtimeConfigKey(template: Template, api: LocalApi): string {
  const properties = member(template.body, 'Resources', api.logicalId, 'Properties');
  if (api.kind !== 'function-url') return stringMember(properties, 'Body', 'info', 'title') ?? stringMember(properties, 'Name') ?? api.logicalId;
  // A streaming function writes its URL under its own id.
  const output = entries(member(template.body, 'Outputs')).find(([, value]) => references(value).includes(api.logicalId));
  return output === undefined ? api.logicalId : output[0].replace(/Url([0-9A-F]{8})?$/, '');
}
