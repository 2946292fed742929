/**
 * Minor versions of Python that are managed runtimes of Lambda and generally available, oldest first.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
 */
export const LAMBDA_PYTHONS: readonly string[] = ['3.11', '3.12', '3.13', '3.14'];
