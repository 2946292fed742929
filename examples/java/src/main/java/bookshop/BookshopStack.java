package bookshop;

import io.github.cdkfastapi.FastApiApp;
import io.github.cdkfastapi.FastApiRestApi;
import io.github.cdkfastapi.FastApiRestApiProps;
import io.github.cdkfastapi.GrantInvokeOptions;
import io.github.cdkfastapi.RuntimeConfig;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.AccountRootPrincipal;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.lambda.FunctionOptions;
import software.constructs.Construct;

/** The bookshop as a REST API: the same stack as in examples/typescript. */
public class BookshopStack extends Stack {

    /** One function per operation. Callers sign their requests with AWS credentials. */
    public BookshopStack(final Construct scope, final String id) {
        super(scope, id);

        FastApiApp app = FastApiApp.fromDirectory("../bookshop");

        FastApiRestApi api = new FastApiRestApi(this, "Bookshop", FastApiRestApiProps.builder()
            .app(app)
            .catchAll(true) // serves /docs and the mounted sub-application too
            .integrations(FastApiRestApi.defaultIntegrations(this, app)
                .withDefaultOptions(FunctionOptions.builder()
                    .environment(Map.of("BOOKSHOP_DATABASE", "/tmp/bookshop.sqlite3"))
                    .build())
                .withOperationOptions("downloadCatalogue", FunctionOptions.builder()
                    .memorySize(2048)
                    .timeout(Duration.seconds(20))
                    .build())
                .toIntegrations())
            .build());

        // One operation may read secrets, the others may not.
        api.handler("placeOrder").addToRolePolicy(PolicyStatement.Builder.create()
            .actions(List.of("ssm:GetParameter"))
            .resources(List.of("*"))
            .build());

        // A partner may read books, and nothing else.
        Role partner = Role.Builder.create(this, "Partner").assumedBy(new AccountRootPrincipal()).build();
        api.grantInvokeAccess(partner, GrantInvokeOptions.builder().operations(List.of("listBooks", "readBook")).build());

        CfnOutput.Builder.create(this, "BookshopUrl")
            .value(RuntimeConfig.ensure(this).getConfig().getApis().get("Bookshop"))
            .build();
    }
}
