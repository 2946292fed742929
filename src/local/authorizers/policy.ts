import { member, stringMember, type Json } from '../../private/json';

/** What a policy says of an action on a resource. */
export type PolicyEffect = 'allow' | 'deny' | 'silent';

/**
 * Evaluates a policy that an authorizer returned: a statement that denies wins.
 *
 * @returns nothing where the policy is none
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 */
export function evaluatePolicy(policy: Json | undefined, resource: string): PolicyEffect | undefined {
  const given = member(policy, 'Statement');
  if (given === undefined) return undefined;
  let effect: PolicyEffect = 'silent';
  for (const statement of Array.isArray(given) ? given : [given]) {
    const applies = list(statement, 'Action').some((action) => /^(\*|execute-api:(\*|Invoke))$/i.test(action))
      && list(statement, 'Resource').some((pattern) => wildcard(pattern).test(resource));
    if (!applies) continue;
    if (stringMember(statement, 'Effect') === 'Deny') return 'deny';
    if (stringMember(statement, 'Effect') === 'Allow') effect = 'allow';
  }
  return effect;
}

function list(statement: Json, name: string): string[] {
  const value = member(statement, name);
  return (Array.isArray(value) ? value : [value]).map(String);
}

function wildcard(pattern: string): RegExp {
  return new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}
