#!/usr/bin/env bash
# io.swagger.parser.v3:swagger-parser-v3 2.1.22 and 2.1.48, by Maven; needs Java 11 or newer
#
# The import of an OpenAPI document into an HTTP API answers with this parser's messages, word for word, and `FailOnWarnings` makes a failure of
# each. The greedy parameter of a path is written `{proxy+}`; its name is `proxy` in the events of Lambda and in the bodies of REST APIs. For the
# parser the plus sign is part of the name, and it is the other way round than one would write it: the parameter has to be declared with
# the name `proxy+`, and `proxy` is reported as missing. A parameter that is declared for a path without any such part is no
# matter for the parser at all.
#
# Seen, the same with both versions:
#   /{proxy+} declares proxy    [paths.'/{proxy+}'. Declared path parameter proxy+ needs to be defined as a path parameter in path or operation level]
#   /{proxy+} declares proxy+   []
#   /items    declares proxy    []
#
# Exit status: 0 as described, 1 changed, 2 not installed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > Reader.java <<'JAVA'
import io.swagger.v3.parser.OpenAPIV3Parser;

public final class Reader {
    public static void main(String[] arguments) {
        for (String[] row : new String[][] {{"/{proxy+}", "proxy"}, {"/{proxy+}", "proxy+"}, {"/items", "proxy"}}) {
            String document = String.join("\n",
                "openapi: 3.0.1",
                "info: {title: a, version: '1'}",
                "paths:",
                "  '" + row[0] + "':",
                "    get:",
                "      parameters: [{name: '" + row[1] + "', in: path, required: true, schema: {type: string}}]",
                "      responses: {'200': {description: ok}}");
            System.out.printf("%-9s declares %-7s  %s%n", row[0], row[1], new OpenAPIV3Parser().readContents(document).getMessages());
        }
    }
}
JAVA
cat > stated <<'TEXT'
/{proxy+} declares proxy    [paths.'/{proxy+}'. Declared path parameter proxy+ needs to be defined as a path parameter in path or operation level]
/{proxy+} declares proxy+   []
/items    declares proxy    []
TEXT

for version in 2.1.22 2.1.48; do
  mkdir "$version"
  cat > "$version/pom.xml" <<XML
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>reader</artifactId>
  <version>0</version>
  <dependencies>
    <dependency><groupId>io.swagger.parser.v3</groupId><artifactId>swagger-parser-v3</artifactId><version>$version</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.9</version></dependency>
  </dependencies>
</project>
XML
  mvn -q -B -f "$version/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory="$work/$version/lib" || exit 2
  echo "swagger-parser-v3 $version"
  java -cp "$version/lib/*" Reader.java | tee seen
  diff stated seen
done
