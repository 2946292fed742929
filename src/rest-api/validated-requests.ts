import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { gatewayResponseHeaders } from './cors';
import { RequestValidation } from './request-validation';
import type { CorsPolicy } from '../access/cors-policy';
import { type AcceptedRequests, acceptedRequests } from '../openapi/accepted/accepted-request';
import type { OpenApiDocument } from '../openapi/document';
import type { Operation } from '../operations/operation';
import { describeOperation } from '../operations/operation-keys';
import type { Operations } from '../operations/operations';
import { FastApiError } from '../private/errors';
import { entries, isJsonObject, member, stringMember, type Json, type JsonObject } from '../private/json';
import { addInfo } from '../private/messages';

/** The properties that choose the checks. */
export interface ValidationRequest {
  /** The checks of all operations that were not overridden. */
  readonly requestValidation?: RequestValidation;
  /** The checks of single operations, by name or qualified name. */
  readonly operationRequestValidation?: Record<string, RequestValidation>;
}

/** Maximum number of operations that the message lists as left to the app. */
const LISTED = 10;
const REFERENCE = '#/definitions/';

/**
 * Makes API Gateway refuse invalid requests by request validators, models of bodies and required parameters, but never a request that
 * the app accepts. Checks that cannot be expressed exactly are left to the app and listed in one message.
 */
export class ValidatedRequests {
  /** The checks of an API's requests; `undefined` if nothing is to be checked. */
  public static of(
    api: apigateway.RestApi, document: OpenApiDocument, operations: Operations, request: ValidationRequest,
  ): ValidatedRequests | undefined {
    const { requestValidation: all = RequestValidation.NONE, operationRequestValidation: single = {} } = request;
    const wrong = Object.entries(single).find(([, value]) => !Object.values(RequestValidation).includes(value));
    if (wrong !== undefined) {
      throw new FastApiError(`\`operationRequestValidation.${wrong[0]}\` must be a RequestValidation, got: ${wrong[1]}; for example \`RequestValidation.ALL\``);
    }
    const own = new Map(Object.entries(single).map(([name, value]) => [operations.find(name), value]));
    if ([all, ...own.values()].every((value) => value === RequestValidation.NONE)) return undefined;
    return new ValidatedRequests(api, acceptedRequests(document), all, own);
  }

  private readonly models = new Map<string, apigateway.Model>();
  private readonly validators = new Map<string, apigateway.RequestValidator>();
  /** Names of models. */
  private readonly names = new Set<string>();
  /** Names of definitions whose models are being made, to detect a definition that refers to itself. */
  private readonly open = new Set<string>();
  private readonly left: string[] = [];
  private bodies = 0;
  private parameters = 0;

  private constructor(
    private readonly api: apigateway.RestApi,
    private readonly accepted: AcceptedRequests,
    private readonly all: RequestValidation,
    private readonly own: ReadonlyMap<Operation, RequestValidation>,
  ) {}

  /**
   * Options of an operation's method, with the checks added.
   *
   * @param isApp whether the app answers it, because it was not overridden
   * @param options the options of its integration
   */
  public options(operation: Operation, isApp: boolean, options: apigateway.MethodOptions): apigateway.MethodOptions {
    const asked = this.own.get(operation);
    if (!isApp) {
      if (asked === undefined || asked === RequestValidation.NONE) return options;
      throw new FastApiError(
        `\`operationRequestValidation\` needs an operation that the app answers, got: ${asked} for ${describeOperation(operation)}, which was overridden; `
        + 'leave it out, and give the override `requestValidatorOptions` and `requestModels` in its `options`',
      );
    }
    // The user's own validation of the method is kept.
    const { requestValidator, requestValidatorOptions, requestModels } = options;
    if ([requestValidator, requestValidatorOptions, requestModels].some((stated) => stated !== undefined)) return options;
    return { ...options, ...this.checks(operation, asked ?? this.all, options) };
  }

  /** Makes API Gateway answer invalid requests as FastAPI does, and lists the checks that are left to the app. */
  public complete(cors: CorsPolicy | undefined, ownAnswer: boolean): void {
    if (this.validators.size > 0) this.answer(cors);
    const left = this.left.length === 0 ? '' : `; left to the app: ${this.left.slice(0, LISTED).join('; ')}${this.left.length > LISTED ? `; and ${this.left.length - LISTED} more` : ''}`;
    const answer = ownAnswer ? '; the app answers invalid requests in its own way, and API Gateway with 422 and `detail`' : '';
    addInfo(this.api, 'requestValidation', `API Gateway checks ${this.bodies} bodies and ${this.parameters} parameters before a function starts${answer}${left}`);
  }

  private checks(operation: Operation, what: RequestValidation, options: apigateway.MethodOptions): apigateway.MethodOptions {
    const request = this.accepted.operations.get(operation.guard);
    if (what === RequestValidation.NONE || request === undefined) return {};
    const reasons: string[] = [];
    const shared = operation.guards.length > 1;
    const checksBody = what !== RequestValidation.PARAMETERS;
    const checksParameters = what !== RequestValidation.BODY;
    const body = checksBody && !shared ? request.body : undefined;
    const required = checksParameters && !shared
      ? [...request.query.map((name) => `querystring.${name}`), ...request.header.map((name) => `header.${name}`)] : [];
    if (shared) reasons.push('other operations share its route');
    else if (checksBody && request.leftBody !== undefined) reasons.push(request.leftBody);
    if (checksParameters && !shared && request.leftParameters.length > 0) reasons.push(`${request.leftParameters.join(', ')} may be empty or cannot be named`);
    if (reasons.length > 0) this.left.push(`${describeOperation(operation)}: ${reasons.join(', ')}`);
    const isChecked = body !== undefined && Object.keys(body).length > 0;
    if (!isChecked && required.length === 0) return {};
    this.bodies += isChecked ? 1 : 0;
    this.parameters += required.length;
    return {
      requestValidator: this.validator(isChecked, required.length > 0),
      ...isChecked && { requestModels: { 'application/json': this.bodyModel(operation, body) } },
      requestParameters: { ...Object.fromEntries(required.map((name) => [`method.request.${name}`, true])), ...options.requestParameters },
    };
  }

  private validator(body: boolean, parameters: boolean): apigateway.RequestValidator {
    const name = body && parameters ? 'all' : body ? 'body' : 'parameters';
    const known = this.validators.get(name);
    if (known !== undefined) return known;
    const made = new apigateway.RequestValidator(this.api, `Validates ${name}`, {
      restApi: this.api, requestValidatorName: name, validateRequestBody: body, validateRequestParameters: parameters,
    });
    this.validators.set(name, made);
    return made;
  }

  private bodyModel(operation: Operation, body: JsonObject): apigateway.Model {
    const reference = Object.keys(body).length === 1 ? stringMember(body, '$ref') : undefined;
    const shared = reference === undefined ? undefined : this.definition(reference.slice(REFERENCE.length));
    return shared ?? this.newModel(`body ${operation.constructId}`, operation.name, reference === undefined ? body : {});
  }

  /** The model of a definition; `undefined` if the definition is missing, or refers to itself, which a model cannot. */
  private definition(name: string): apigateway.Model | undefined {
    const known = this.models.get(name);
    const schema = member(this.accepted.definitions, name);
    if (known !== undefined || !isJsonObject(schema) || this.open.has(name)) return known;
    this.open.add(name);
    const made = this.newModel(name, name, schema);
    this.open.delete(name);
    return made;
  }

  private newModel(key: string, name: string, schema: JsonObject): apigateway.Model {
    const made = new apigateway.Model(this.api, `Accepts ${key}`, {
      restApi: this.api, modelName: this.freeName(name), contentType: 'application/json', schema: this.referring(schema) as apigateway.JsonSchema,
    });
    this.models.set(key, made);
    return made;
  }

  /** A unique model name. The prefix `Accepted` keeps it apart from the models of the user and of the documentation. */
  private freeName(name: string): string {
    const letters = name.replace(/[^A-Za-z0-9]/g, '');
    const base = `Accepted${letters.charAt(0).toUpperCase()}${letters.slice(1)}`;
    let free = base;
    for (let number = 2; this.names.has(free); number++) free = `${base}${number}`;
    this.names.add(free);
    return free;
  }

  /** The schema with its references rewritten to URLs of models, as API Gateway requires. */
  private referring(value: Json): Json {
    if (Array.isArray(value)) return value.map((each) => this.referring(each));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(entries(value).flatMap(([key, inner]): [string, Json][] => {
      if (key === 'properties') return [[key, Object.fromEntries(entries(inner).map(([name, property]) => [name, this.referring(property)]))]];
      if (key !== '$ref') return [[key, this.referring(inner)]];
      const model = this.definition(String(inner).slice(REFERENCE.length));
      return model === undefined ? [] : [['$ref', `https://apigateway.amazonaws.com/restapis/${this.api.restApiId}/models/${model.modelId}`]];
    }));
  }

  /**
   * Uses `$context.error.messageString` for the message, because API Gateway escapes no other error text as JSON.
   *
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
   */
  private answer(cors: CorsPolicy | undefined): void {
    for (const [id, type, place] of [
      ['BadRequestBody', apigateway.ResponseType.BAD_REQUEST_BODY, 'body'], ['BadRequestParameters', apigateway.ResponseType.BAD_REQUEST_PARAMETERS, 'request'],
    ] as const) {
      new apigateway.GatewayResponse(this.api, id, {
        restApi: this.api,
        type,
        statusCode: '422',
        responseHeaders: cors && gatewayResponseHeaders(cors),
        templates: { 'application/json': `{"detail":[{"type":"request_validation","loc":["${place}"],"msg":$context.error.messageString}]}` },
      });
    }
  }
}
