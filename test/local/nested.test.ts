import { withNestedStacks } from '../../src/local/nested';
import type { Json } from '../../src/private/json';

const stack = (parameters: Json = {}): Json => ({
  Type: 'AWS::CloudFormation::Stack',
  Properties: { TemplateURL: { 'Fn::Join': ['', ['https://s3.', { Ref: 'AWS::URLSuffix' }, '/abc.json']] }, Parameters: parameters },
});
const inner: Json = {
  Parameters: { Table: { Type: 'String' } },
  Resources: {
    Fn: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] }, Table: { Ref: 'Table' }, Text: { 'Fn::Sub': '${Fn}/${Table}/${AWS::Region}/${!x}' } } },
    Role: { Type: 'AWS::IAM::Role' },
  },
  Outputs: { Arn: { Value: { 'Fn::GetAtt': 'Fn.Arn' } } },
};

test('resources of a nested stack are named after it, and outputs and parameters are what they stand for', () => {
  const body: Json = {
    Resources: {
      Nested: stack({ Table: { Ref: 'Items' } }),
      Items: { Type: 'AWS::DynamoDB::Table' },
      Api: { Uri: { 'Fn::Sub': 'path/${Nested.Outputs.Arn}/invocations' }, Same: { 'Fn::GetAtt': ['Nested', 'Outputs.Arn'] } },
    },
  };
  expect(withNestedStacks(body, (file) => (file === 'abc.json' ? inner : undefined))).toMatchObject({
    Resources: {
      'Nested/Fn': {
        Properties: {
          Role: { 'Fn::GetAtt': ['Nested/Role', 'Arn'] },
          Table: { Ref: 'Items' },
          Text: { 'Fn::Sub': ['${Nested/Fn}/${Table}/${AWS::Region}/${!x}', { Table: { Ref: 'Items' } }] },
        },
      },
      'Nested/Role': {},
      'Items': {},
      'Api': { Uri: { 'Fn::Sub': ['path/${NestedOutputsArn}/invocations', { NestedOutputsArn: { 'Fn::GetAtt': ['Nested/Fn', 'Arn'] } }] }, Same: { 'Fn::GetAtt': ['Nested/Fn', 'Arn'] } },
    },
  });
});

test('a stack in a nested stack, and one whose template is not in the assembly', () => {
  const middle: Json = { Resources: { Inner: stack() }, Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Inner', 'Outputs.Arn'] } } } };
  const body: Json = { Resources: { Outer: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'https://x/middle.json' } }, Api: { 'Fn::GetAtt': ['Outer', 'Outputs.Arn'] } } };
  const found = withNestedStacks(body, (file) => (file === 'middle.json' ? middle : inner));
  expect(found).toMatchObject({ Resources: { 'Outer/Inner/Fn': {}, 'Api': { 'Fn::GetAtt': ['Outer/Inner/Fn', 'Arn'] } } });
  expect(withNestedStacks(body, () => undefined)).toMatchObject(body as object);
});
