import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Prints what swagger-parser-v3 says of each OpenAPI document in a directory; exit status 1 where it says anything, and where it says nothing of
 * a document that is called a control.
 */
public final class ImportReader {
    public static void main(String[] arguments) throws Exception {
        ParseOptions options = new ParseOptions();
        options.setResolve(true);
        int messages = 0;
        int documents = 0;
        try (Stream<Path> files = Files.list(Path.of(arguments[0]))) {
            for (Path file : files.sorted().toList()) {
                List<String> said = new OpenAPIV3Parser().readContents(Files.readString(file), null, options).getMessages();
                documents++;
                if (file.getFileName().toString().startsWith("control-")) {
                    if (!said.isEmpty()) continue;
                    said = List.of("the parser has no message for this mistake any more");
                }
                messages += said.size();
                for (String message : said) System.out.println(file.getFileName() + ": " + message);
            }
        }
        System.out.println(documents + " documents read, " + messages + " messages");
        System.exit(messages == 0 && documents > 0 ? 0 : 1);
    }
}
