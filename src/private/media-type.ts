/**
 * A media type as headers and documents spell it. A property of CloudFormation may have `~1` for the slash, as the patches of
 * API Gateway have it; read as a document it would name a type that no request has.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-restapi.html
 */
export function mediaTypeOf(property: string): string {
  return property.replaceAll('~1', '/');
}
