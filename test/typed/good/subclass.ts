import type { Construct } from 'constructs';
import { MyApi as Generated, type MyApiOperations } from '../../codegen/golden/my-api';
import { RestApiAuth } from 'cdk-fastapi';
import type { DefaultRestIntegrations, RestApiProps, RestIntegrations } from 'cdk-fastapi/typed';

/** Settings of a team over a generated construct, which can be generated again. */
export class MyApi<
  Integrations extends RestIntegrations<MyApiOperations> = DefaultRestIntegrations<MyApiOperations>,
> extends Generated<Integrations> {
  public constructor(scope: Construct, id: string, props: RestApiProps<MyApiOperations, Integrations> = {}) {
    super(scope, id, { auth: RestApiAuth.iam(), ...props });
    this.handler('sayHello').addEnvironment('NAME', 'value');
  }
}

/** The same types as the generated class. */
export function build(scope: Construct): void {
  new MyApi(scope, 'Api').integrations.getFile.handler.addEnvironment('NAME', 'value');
}
