package app;

import io.github.cdkfastapi.HttpApiIntegration;
import io.github.cdkfastapi.RestApiIntegration;
import java.util.Map;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.lambda.FunctionOptions;

/** Every line that ends in a comment `error` is refused; no other line is. */
final class Bad {
    static void build(Stack stack, Role role, RestApiIntegration i, HttpApiIntegration url) {
        MyApi api = new MyApi(stack, "MyApi");
        MyApi.Integrations start = MyApi.defaultIntegrations(stack);
        api.operation().sayHelo(); // error
        api.operation().sayHello().handlr(); // error
        start.withOperationOptions(MyApi.Operation.SAY_HELO, FunctionOptions.builder().build()); // error
        start.withOperationOptions("sayHello", FunctionOptions.builder().build()); // error
        start.withOperationOptions(MyHttpApi.Operation.SAY_HELLO, FunctionOptions.builder().build()); // error
        start.withOverrides(Map.of("getFile", i)); // error
        start.withOverrides(Map.of(MyApi.Operation.GET_FILE, url)); // error
        api.grantInvokeAccess(role, "sayHello"); // error
        new MyApi(stack, "A", MyHttpApi.defaultIntegrations(stack).build()); // error
        new MyApi(stack, "B", Map.of("sayHello", i)); // error
        new MyApi(stack, "C", null, props -> props.descripton("files")); // error
    }
}
