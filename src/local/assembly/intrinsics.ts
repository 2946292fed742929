import { entries, isJsonObject, member, stringMember, type Json } from '../../private/json';

/** What the pseudo parameters of CloudFormation are on this machine. */
export const PSEUDO_PARAMETERS: Readonly<Record<string, string>> = {
  'AWS::AccountId': '123456789012',
  'AWS::Partition': 'aws',
  'AWS::Region': 'us-east-1',
  'AWS::StackName': 'local',
  'AWS::StackId': 'arn:aws:cloudformation:us-east-1:123456789012:stack/local/00000000-0000-0000-0000-000000000000',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** What references of a template stand for, where this machine can know it. */
export interface References {
  /** Value of `Ref`; `undefined` where only a deployment knows it. */
  ref(logicalId: string): string | undefined;
  /** Value of `Fn::GetAtt`. */
  attribute(logicalId: string, name: string): string | undefined;
}

/**
 * A template value with its intrinsic functions carried out; `undefined` where a part of it is made by a deployment.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export function evaluate(value: Json | undefined, references: References): Json | undefined {
  if (Array.isArray(value)) {
    const items = value.map((item) => evaluate(item, references));
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  if (!isJsonObject(value)) return value;
  const [[name, argument] = ['', null], ...others] = entries(value);
  if (others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'))) return carriedOut(name, argument, references);
  const pairs = entries(value).map(([key, each]) => [key, evaluate(each, references)] as const);
  return pairs.every(([, each]) => each !== undefined) ? Object.fromEntries(pairs) : undefined;
}

/** The same, as text; `undefined` also where it is none. */
export function evaluateText(value: Json | undefined, references: References): string | undefined {
  const found = evaluate(value, references);
  return typeof found === 'string' ? found : typeof found === 'number' || typeof found === 'boolean' ? String(found) : undefined;
}

function carriedOut(name: string, argument: Json, references: References): Json | undefined {
  switch (name) {
    case 'Ref':
      return typeof argument === 'string' ? PSEUDO_PARAMETERS[argument] ?? references.ref(argument) : undefined;
    case 'Fn::GetAtt': {
      const [id, attribute] = typeof argument === 'string' ? [argument.split('.')[0], argument.split('.').slice(1).join('.')] : (argument as Json[]).map(String);
      return references.attribute(id, attribute);
    }
    case 'Fn::Join': {
      const [separator, parts] = argument as [string, Json];
      const texts = evaluate(parts, references);
      return Array.isArray(texts) ? texts.join(separator) : undefined;
    }
    case 'Fn::Split': {
      const [separator, text] = argument as [string, Json];
      return evaluateText(text, references)?.split(separator);
    }
    case 'Fn::Select': {
      const [index, list] = argument as [Json, Json];
      const found = evaluate(list, references);
      return Array.isArray(found) ? found[Number(index)] : undefined;
    }
    case 'Fn::Sub':
      return substituted(argument, references);
    default:
      return undefined;
  }
}

function substituted(argument: Json, references: References): string | undefined {
  const [text, variables] = Array.isArray(argument) ? argument : [argument];
  let known = true;
  const result = String(text).replace(/\$\{(!?)([^}]+)\}/g, (whole, literal: string, name: string) => {
    if (literal !== '') return `\${${name}}`;
    const own = member(variables, name);
    const [id, ...attribute] = name.split('.');
    const found = own !== undefined ? evaluateText(own, references)
      : attribute.length > 0 ? references.attribute(id, attribute.join('.'))
        : PSEUDO_PARAMETERS[name] ?? references.ref(name);
    known &&= found !== undefined;
    return found ?? whole;
  });
  return known ? result : undefined;
}

/** ARN of a function on this machine. */
export function functionArn(name: string): string {
  return `arn:aws:lambda:${PSEUDO_PARAMETERS['AWS::Region']}:${PSEUDO_PARAMETERS['AWS::AccountId']}:function:${name}`;
}

/** References within one template: functions, aliases and user pools have names that are made here; parameters their defaults. */
export class TemplateReferences implements References {
  /** @param given values by `LogicalId` or `LogicalId.Attribute` */
  public constructor(private readonly body: Json, private readonly given: ReadonlyMap<string, string> = new Map()) {}

  public ref(logicalId: string): string | undefined {
    const given = this.given.get(logicalId);
    if (given !== undefined) return given;
    const parameter = member(this.body, 'Parameters', logicalId, 'Default');
    if (parameter !== undefined) return String(parameter);
    switch (this.typeOf(logicalId)) {
      case 'AWS::Lambda::Function':
        return lambdaName(logicalId);
      case 'AWS::Lambda::Alias':
      case 'AWS::Lambda::Version':
        return functionArn(lambdaName(logicalId));
      case 'AWS::Cognito::UserPool':
      case 'AWS::Cognito::UserPoolClient':
        return logicalId;
      default:
        return undefined;
    }
  }

  public attribute(logicalId: string, name: string): string | undefined {
    const given = this.given.get(`${logicalId}.${name}`);
    if (given !== undefined) return given;
    const type = this.typeOf(logicalId);
    if (type === 'AWS::Lambda::Function' && name === 'Arn') return functionArn(lambdaName(logicalId));
    if (type === 'AWS::Cognito::UserPool' && name === 'Arn') return `arn:aws:cognito-idp:us-east-1:123456789012:userpool/${logicalId}`;
    return undefined;
  }

  private typeOf(logicalId: string): string | undefined {
    return stringMember(this.body, 'Resources', logicalId, 'Type');
  }
}

/** A function's name: ids of nested stacks hold a slash, names do not. */
export function lambdaName(logicalId: string): string {
  return logicalId.replaceAll('/', '-');
}
