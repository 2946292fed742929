/** What happens to `boto3`, `botocore` and `s3transfer` in a bundle: about 25 MB that the Lambda runtime has too. */
export enum Boto3Mode {
  /**
   * Leave them out where only `aws-xray-sdk` asks for them: no dependency of the project names them,
   * no other package needs them and no application file imports them.
   */
  AUTO = 'AUTO',
  /** Keep what the project's dependencies install. */
  KEEP = 'KEEP',
  /** Leave them out whoever asks for them; the version of the Lambda runtime is used. */
  REMOVE = 'REMOVE',
}
