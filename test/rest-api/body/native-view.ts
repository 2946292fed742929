/** A method as both forms of a template say it: names instead of references, in the spelling of the body. */
export interface MethodView {
  readonly integration: Value;
  readonly security: Value;
  readonly operationId: Value;
  readonly validator: Value;
  readonly parameters: Value;
  readonly requestModels: Value;
  readonly responses: Value;
}

/** Any part of a template: tests look into it at will. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- typing templates would say nothing about them
export type Value = any;

const SCHEMA = '#/components/schemas/';
const LOCATIONS: Record<string, string> = { path: 'path', query: 'querystring', header: 'header' };

/** The methods of a template with a resource per method, by `VERB path`. */
export function nativeMethods(template: Value): Map<string, MethodView> {
  const resources: Record<string, Value> = template.Resources;
  const nameOf = (value: Value): Value => {
    const id = value?.Ref;
    return id !== undefined && resources[id] !== undefined ? resources[id].Properties.Name ?? id : value;
  };
  const pathOf = (value: Value): string => value['Fn::GetAtt'] !== undefined
    ? ''
    : `${pathOf(resources[value.Ref].Properties.ParentId)}/${resources[value.Ref].Properties.PathPart}`;
  const views = new Map<string, MethodView>();
  for (const { Type: resourceType, Properties: props } of Object.values(resources)) {
    if (resourceType !== 'AWS::ApiGateway::Method') continue;
    const { IntegrationResponses: responses, ...integration } = props.Integration;
    views.set(`${props.HttpMethod} ${pathOf(props.ResourceId) || '/'}`, {
      integration: symbolic({
        ...Object.fromEntries(Object.entries(integration).map(([key, value]) => [key.toUpperCase(), value])),
        TYPE: integration.Type.toLowerCase(),
        PASSTHROUGHBEHAVIOR: integration.PassthroughBehavior?.toLowerCase(),
        RESPONSES: (responses ?? []).map((response: Value) => ({ SelectionPattern: 'default', ...response })),
      }),
      security: [
        ...(props.AuthorizationType === 'AWS_IAM' ? [['sigv4', []]] : []),
        ...(props.AuthorizerId !== undefined ? [[nameOf(props.AuthorizerId), props.AuthorizationScopes ?? []]] : []),
        ...(props.ApiKeyRequired === true ? [['api_key', []]] : []),
      ],
      operationId: props.OperationName,
      validator: nameOf(props.RequestValidatorId),
      parameters: props.RequestParameters ?? {},
      requestModels: Object.fromEntries(Object.entries(props.RequestModels ?? {}).map(([type, model]) => [type, nameOf(model)])),
      responses: Object.fromEntries((props.MethodResponses ?? []).map((response: Value) => [response.StatusCode, {
        headers: Object.keys(response.ResponseParameters ?? {}).map((key) => key.replace('method.response.header.', '')).sort(),
        models: Object.fromEntries(Object.entries(response.ResponseModels ?? {}).map(([type, model]) => [type, nameOf(model)])),
      }])),
    });
  }
  return views;
}

/** The methods of a template with one body, in the same form. */
export function bodyMethods(body: Value): Map<string, MethodView> {
  const models = (content: Value) => Object.fromEntries(Object.entries(content ?? {}).map(([type, value]: [string, Value]) => [type, value.schema.$ref.replace(SCHEMA, '')]));
  const views = new Map<string, MethodView>();
  for (const [path, item] of Object.entries<Value>(body.paths)) {
    for (const [verb, operation] of Object.entries<Value>(item)) {
      const { responses, httpMethod, ...integration } = operation['x-amazon-apigateway-integration'];
      views.set(`${verb === 'x-amazon-apigateway-any-method' ? 'ANY' : verb.toUpperCase()} ${path}`, {
        integration: symbolic({
          ...Object.fromEntries(Object.entries(integration).map(([key, value]) => [key.toUpperCase(), value])),
          INTEGRATIONHTTPMETHOD: httpMethod,
          RESPONSES: Object.entries<Value>(responses ?? {}).map(([pattern, response]) => ({
            SelectionPattern: pattern,
            ...Object.fromEntries(Object.entries(response).map(([key, value]) => [key[0].toUpperCase() + key.slice(1), value])),
          })),
        }),
        security: (operation.security ?? []).flatMap((scheme: Value) => Object.entries(scheme)),
        operationId: operation.operationId,
        validator: operation['x-amazon-apigateway-request-validator'],
        parameters: Object.fromEntries((operation.parameters ?? []).map((parameter: Value) => [`method.request.${LOCATIONS[parameter.in]}.${parameter.name}`, parameter.required])),
        requestModels: models(operation.requestBody?.content),
        responses: Object.fromEntries(Object.entries<Value>(operation.responses).map(([code, response]) => [code, {
          headers: Object.keys(response.headers ?? {}).sort(),
          models: models(response.content),
        }])),
      });
    }
  }
  return views;
}

/** `Fn::Join` and `Fn::Sub` as one text that names what it refers to, so that both spellings compare. */
export function symbolic(value: Value): Value {
  if (Array.isArray(value)) return value.map(symbolic);
  if (value === null || typeof value !== 'object') return value;
  if (value['Fn::Join']?.[0] === '') {
    const parts: Value[] = value['Fn::Join'][1];
    const names = parts.map((part) => typeof part === 'string' ? part : part.Ref !== undefined ? `<${part.Ref}>` : part['Fn::GetAtt'] !== undefined ? `<${part['Fn::GetAtt'].join('.')}>` : undefined);
    if (!names.includes(undefined)) return names.join('');
  }
  if (typeof value['Fn::Sub'] === 'string') return value['Fn::Sub'].replace(/\$\{([^!}][^}]*)\}/g, '<$1>').replaceAll('${!', '${');
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined).map(([key, inner]) => [key, symbolic(inner)]));
}
