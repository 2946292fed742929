package app;

import io.github.cdkfastapi.RestApiIntegration;
import software.amazon.awscdk.Stack;

/** An explicit map that lacks an operation: the line that ends in a comment `error` is refused. */
final class Missing {
    static void build(Stack stack, RestApiIntegration i) {
        new MyApi(stack, "A", operation -> switch (operation) { // error
            case SAY_HELLO, GET_FILE -> i;
        });
    }
}
