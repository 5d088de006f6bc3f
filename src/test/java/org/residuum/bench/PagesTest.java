package org.residuum.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** README and the pages under src/site/markdown: the index names each, and links lead somewhere. */
class PagesTest {
  private static final Path PAGES = Path.of("src/site/markdown");
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(#[^)]*)?\\)");

  private static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.list(PAGES)) {
      return files.filter(file -> file.toString().endsWith(".md")).sorted().toList();
    }
  }

  private static List<String> links(Path page) throws IOException {
    return LINK.matcher(Files.readString(page))
        .results()
        .map((MatchResult link) -> link.group(1))
        .toList();
  }

  @Test
  void theIndexNamesEveryPage() throws IOException {
    List<String> named = links(PAGES.resolve("index.md"));
    for (Path page : pages()) {
      String name = page.getFileName().toString();
      assertTrue(name.equals("index.md") || named.contains(name), "index.md does not name " + name);
    }
  }

  @Test
  void linksLeadToFiles() throws IOException {
    for (Path page : Stream.concat(Stream.of(Path.of("README.md")), pages().stream()).toList()) {
      for (String link : links(page)) {
        assertTrue(Files.exists(page.resolveSibling(link)), page + " links to " + link);
      }
    }
  }
}
