package app;

import io.github.cdkfastapi.BoundRestApiIntegration;
import io.github.cdkfastapi.DefaultRestApiIntegrationsOptions;
import io.github.cdkfastapi.FastApiApp;
import io.github.cdkfastapi.FastApiAppOptions;
import io.github.cdkfastapi.FastApiRestApi;
import io.github.cdkfastapi.HttpApiIntegration;
import io.github.cdkfastapi.IntegrationPattern;
import io.github.cdkfastapi.OpenApiSource;
import io.github.cdkfastapi.RequestValidation;
import io.github.cdkfastapi.RestApiIntegration;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.aws_apigatewayv2_integrations.HttpUrlIntegration;
import software.amazon.awscdk.services.apigateway.HttpIntegration;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.FunctionOptions;
import software.amazon.awscdk.services.lambda.VersionOptions;

/** Every way to use typed constructs: compiled and run. */
public final class Good {
    static FastApiApp app(String document) {
        return FastApiApp.fromDirectory("test/codegen/golden/my_api", FastApiAppOptions.builder()
            .entrypoint("main:app").openApi(OpenApiSource.fromFile("test/codegen/given/" + document + ".json")).build());
    }

    static void check(boolean holds, String what) {
        if (!holds) throw new AssertionError(what);
    }

    static void rest(Stack stack) {
        RestApiIntegration http = RestApiIntegration.builder().integration(new HttpIntegration("https://example.com")).build();
        Role role = Role.Builder.create(stack, "Role").assumedBy(new ServicePrincipal("lambda.amazonaws.com")).build();
        FastApiApp app = app("my-api");
        MyApi api = new MyApi(stack, "MyApi", MyApi.defaultIntegrationsFor(stack, app, DefaultRestApiIntegrationsOptions.builder().build())
            .withDefaultOptions(FunctionOptions.builder().timeout(Duration.seconds(10)).build())
            .withOperationOptions(MyApi.Operation.SAY_HELLO, FunctionOptions.builder().memorySize(512).build())
            .withOverride(MyApi.Operation.GET_FILE, http)
            .build(), props -> props.app(app).description("files"));
        api.operation().sayHello().handler().addEnvironment("NAME", "value");
        BoundRestApiIntegration core = api.operation().uploadFile().core();
        check(core.getOperation().getPath().equals("/files/{name}"), "the operation of an integration");
        api.grantInvokeAccess(role, MyApi.Operation.SAY_HELLO);
        try {
            api.operation().getFile().handler();
            throw new AssertionError("an overridden operation has a handler");
        } catch (IllegalStateException error) {
            check(error.getMessage().contains("`getFile` (GET /files/{name}), which was overridden"), error.getMessage());
        }
        try {
            api.operation().sayHello().alias();
            throw new AssertionError("a function without versions has an alias");
        } catch (IllegalStateException error) {
            check(error.getMessage().contains("`alias` needs a function with versions, got: `sayHello`"), error.getMessage());
        }
        FunctionOptions versions = FunctionOptions.builder().currentVersionOptions(VersionOptions.builder().provisionedConcurrentExecutions(1).build()).build();
        MyApi versioned = new MyApi(stack, "Versioned", null, props -> props.app(app).functionOptions(versions));
        check(versioned.operation().sayHello().alias().getNode().getPath().equals(versioned.alias("sayHello").getNode().getPath()), "the alias of an integration");
        new MyApi(stack, "Checked", null, props -> props.app(app).requestValidation(RequestValidation.ALL)
            .operationRequestValidation(Map.of("sayHello", RequestValidation.NONE)));
        new MyApi(stack, "Explicit", operation -> switch (operation) {
            case SAY_HELLO, GET_FILE -> http;
            case UPLOAD_FILE -> http;
        }, props -> props.app(app));
    }

    /** The app of another document has other operations: every way into the construct says the same. */
    static void stale(Stack stack) {
        FastApiApp other = app("shared-names");
        DefaultRestApiIntegrationsOptions options = DefaultRestApiIntegrationsOptions.builder().build();
        for (Runnable way : List.<Runnable>of(() -> MyApi.defaultIntegrationsFor(stack, other, options).build(), () -> new MyApi(stack, "Stale", null, props -> props.app(other)))) {
            try {
                way.run();
            } catch (RuntimeException error) {
                check(error.getMessage().contains("the app has changed since the construct was generated"), error.getMessage());
                continue;
            }
            throw new AssertionError("a stale construct was taken");
        }
    }

    static void http(Stack stack) {
        // The app of the generated file itself.
        MyHttpApi api = new MyHttpApi(stack, "MyHttpApi");
        api.operation().sayHello().handler().addEnvironment("NAME", "value");
        HttpApiIntegration url = HttpApiIntegration.builder().integration(new HttpUrlIntegration("Url", "https://example.com")).build();
        new MyHttpApi(stack, "Overridden", MyHttpApi.defaultIntegrations(stack).withOverrides(Map.of(MyHttpApi.Operation.GET_FILE, url)).build());
    }

    static void names(Stack stack) {
        FastApiApp shared = app("shared-names");
        ShopApi shop = new ShopApi(stack, "Shop", new ShopApi.Integrations(FastApiRestApi.defaultIntegrations(stack, shared))
            .withOperationOptions(ShopApi.Operation.USERS_LIST_GET, FunctionOptions.builder().memorySize(256).build()).build(), props -> props.app(shared));
        check(shop.operation().orders_list_get().core().getOperation().getPath().equals("/orders"), "a qualified name");
        FastApiApp hostileApp = app("hostile");
        HostileApi hostile = new HostileApi(stack, "Hostile", null, props -> props.app(hostileApp));
        check(hostile.operation().class_().core().getOperation().getName().equals("class"), "a keyword");
        check(hostile.operation().of(HostileApi.Operation.OP_42).core().getOperation().getName().equals("42"), "a number");
        TilesApi tiles = new TilesApi(stack, "Tiles", null, props -> props.app(app("catch-all")));
        tiles.operation().tile().handler().addEnvironment("NAME", "value");
    }

    public static void main(String[] args) {
        // Nothing is bundled for this stack.
        App tree = new App(AppProps.builder().analyticsReporting(false).context(Map.of("aws:cdk:bundling-stacks", List.of())).build());
        Stack stack = new Stack(tree, "Stack");
        rest(stack);
        http(stack);
        names(stack);
        stale(stack);
        DefaultRestApiIntegrationsOptions shared = DefaultRestApiIntegrationsOptions.builder().pattern(IntegrationPattern.SHARED).build();
        check(MyApi.defaultIntegrations(stack, shared) != null, "a pattern");
        tree.synth();
        System.exit(0);
    }
}
