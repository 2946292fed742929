import { gunzipSync } from 'node:zlib';
import type { LocalAnswer } from '../../src/local/proxy-answer';

/** Headers that say something of the connection or the moment and nothing of the answer; CORS is the API's affair. */
const INCIDENTAL = new Set(['date', 'server', 'connection', 'keep-alive', 'transfer-encoding', 'content-length', 'access-control-allow-origin', 'vary', 'server-timing']);

/**
 * How two answers differ, in words; empty where they are the same.
 *
 * @param deployedBase the URL of the deployed app, stage included
 * @param localBase the URL of the app behind uvicorn
 */
export function differences(deployed: LocalAnswer, local: LocalAnswer, deployedBase: string, localBase: string): string[] {
  const found: string[] = [];
  const stage = new URL(deployedBase).pathname.replace(/\/$/, '');
  // The app writes its own URLs with the stage, as whole URLs or as paths, and names it in its OpenAPI document.
  const comparable = (text: string) => text
    .replaceAll(deployedBase, localBase)
    .replaceAll(`"servers":[{"url":"${stage}"}],`, '')
    .replaceAll(`,"servers":[{"url":"${stage}"}]`, '')
    .replaceAll(`${stage}/`, '/');
  if (deployed.status !== local.status) found.push(`status ${deployed.status}, uvicorn ${local.status}`);
  const mine = headerLines(deployed).map(comparable);
  const theirs = headerLines(local).map(comparable);
  for (const line of mine.filter((text) => !theirs.includes(text))) found.push(`header ${line} only from the bundle`);
  for (const line of theirs.filter((text) => !mine.includes(text))) found.push(`header ${line} only from uvicorn`);
  const [deployedBody, localBody] = [plainBody(deployed), plainBody(local)];
  if (!deployedBody.equals(localBody) && comparable(deployedBody.toString('latin1')) !== comparable(localBody.toString('latin1'))) {
    found.push(`body of ${deployedBody.length} bytes, uvicorn ${localBody.length}: ${preview(deployedBody)} / ${preview(localBody)}`);
  }
  return found;
}

/** The body without its compression, whose bytes differ where the URLs inside do. */
function plainBody({ headers, body }: LocalAnswer): Buffer {
  return headers.some(([name, value]) => name === 'content-encoding' && value === 'gzip') ? gunzipSync(body) : body;
}

function headerLines(answer: LocalAnswer): string[] {
  return answer.headers.filter(([name]) => !INCIDENTAL.has(name)).map(([name, value]) => `${name}: ${value}`);
}

function preview(body: Buffer): string {
  return JSON.stringify(body.subarray(0, 120).toString('utf8'));
}
