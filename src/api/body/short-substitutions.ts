import { refOf } from './resource-definition';
import { entries, isJsonObject, member, type Json } from '../../private/json';

/** Text of a literal that looks like a substitution, such as a stage variable, and that `Fn::Sub` can escape. */
const ESCAPABLE = /\$\{[\w.:-]+\}/g;

/** Writes `Fn::Join` without a delimiter as the much shorter `Fn::Sub`, wherever its parts allow it. */
export function shortSubstitutions(value: Json): Json {
  if (Array.isArray(value)) return value.map(shortSubstitutions);
  if (!isJsonObject(value)) return value;
  const text = substitution(value);
  if (text !== undefined) return { 'Fn::Sub': text };
  return Object.fromEntries(entries(value).filter(([, inner]) => inner !== undefined).map(([key, inner]) => [key, shortSubstitutions(inner)]));
}

function substitution(value: Json): string | undefined {
  const join = member(value, 'Fn::Join');
  if (!Array.isArray(join) || join[0] !== '' || !Array.isArray(join[1])) return undefined;
  const parts = withoutNeighbours(join[1]).map(part);
  return parts.includes(undefined) ? undefined : parts.join('');
}

/** The parts with adjacent literals merged, because a `$` at the end of one and a `{` at the start of the next form `${`. */
function withoutNeighbours(parts: Json[]): Json[] {
  return parts.reduce<Json[]>((merged, next) => {
    const last = merged.at(-1);
    return typeof last === 'string' && typeof next === 'string' ? [...merged.slice(0, -1), last + next] : [...merged, next];
  }, []);
}

function part(value: Json): string | undefined {
  // `${name}` of a literal, such as a stage variable's, must stay a literal.
  if (typeof value === 'string') return value.replace(ESCAPABLE, '').includes('${') ? undefined : value.replaceAll('${', '${!');
  const reference = refOf(value);
  if (reference !== undefined) return `\${${reference}}`;
  const attribute = member(value, 'Fn::GetAtt');
  const [id, name] = Array.isArray(attribute) ? attribute : [];
  return typeof id === 'string' && typeof name === 'string' ? `\${${id}.${name}}` : undefined;
}
