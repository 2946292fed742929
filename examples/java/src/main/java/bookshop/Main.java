package bookshop;

import software.amazon.awscdk.App;

/** The CDK app: {@code cdk synth} runs it. */
public final class Main {

    private Main() { }

    public static void main(final String[] args) {
        App app = new App();
        new BookshopStack(app, "Bookshop");
        app.synth();
    }
}
