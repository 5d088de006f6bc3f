package org.residuum;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * No switch is passed through in silence by a kind that it does not know: the compiler checks those
 * that give a value, any other has a default.
 */
class SwitchTest {
  @Test
  void statementsHaveADefault() throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        found.addAll(withoutDefault(file.getFileName().toString(), Files.readAllLines(file)));
      }
    }
    assertEquals(List.of(), found);
  }

  @Test
  void statementWithoutADefaultIsFound() {
    List<String> statement =
        List.of("{", "    switch (kind) {", "      case A -> go();", "    }", "  }");
    List<String> value = List.of("x =", "    switch (kind) {", "      case A -> 1;", "    };");
    List<String> complete =
        List.of(";", "    switch (kind) {", "      default -> throw e;", "    }", "  }");
    assertEquals(List.of("It:2"), withoutDefault("It", statement));
    assertEquals(List.of(), withoutDefault("It", value));
    assertEquals(List.of(), withoutDefault("It", complete));
  }

  /** The code is formatted: a statement begins its line and ends at the same indentation. */
  private static List<String> withoutDefault(String name, List<String> lines) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.strip().startsWith("switch (")) {
        String end = line.substring(0, line.indexOf("switch")) + "}";
        int last = i;
        while (!lines.get(last).startsWith(end)) {
          last++;
        }
        boolean statement = lines.get(last).equals(end);
        List<String> body = lines.subList(i, last);
        if (statement && body.stream().noneMatch(each -> each.strip().startsWith("default"))) {
          found.add(name + ":" + (i + 1));
        }
      }
    }
    return found;
  }
}
