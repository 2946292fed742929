import type { Stack } from 'aws-cdk-lib';
import { MockIntegration } from 'aws-cdk-lib/aws-apigateway';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { HostileApi } from '../../codegen/golden/hostile-api';
import { ShopApi } from '../../codegen/golden/shop-api';

/** Names that several operations share, and names that the language itself has. */
export function build(stack: Stack, role: IRole): void {
  const shop = new ShopApi(stack, 'Shop', {
    integrations: ShopApi.defaultIntegrations(stack)
      .withOperationOptions('users.list.get', { memorySize: 512 })
      .withOverrides({ 'note order': { integration: new MockIntegration(), name: 'note' } })
      .build(),
  });
  shop.integrations['orders.read.get /orders/{id}'].handler.grantInvoke(role);
  shop.integrations['note order'].name.toUpperCase();
  shop.grantInvokeAccess(role, { operations: ['users.list.get', 'note order'] });

  const hostile = new HostileApi(stack, 'Hostile', {
    integrations: HostileApi.defaultIntegrations(stack).withOperationOptions('class', { memorySize: 512 }).withOverrides({ toString: { integration: new MockIntegration() } }).build(),
  });
  hostile.integrations.constructor.handler.grantInvoke(role);
  hostile.integrations.größe.handler.grantInvoke(role);
  hostile.integrations['42'].handler.grantInvoke(role);
  hostile.integrations['get-user.v1'].handler.grantInvoke(role);
}
