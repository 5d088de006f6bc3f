package org.residuum.cli.depth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The committed page shows the committed findings. */
class DepthPageTest {
  private static final Path PAGES = Path.of("src/site/markdown");

  @TempDir private Path folder;

  @Test
  void committedPageIsWhatItsFindingsGive() throws IOException {
    new DepthPage(new Findings(PAGES.resolve(DepthPage.FINDINGS)).all()).write(folder);
    assertEquals(
        Files.readString(PAGES.resolve("depth.md")), Files.readString(folder.resolve("depth.md")));
    for (Path picture : pictures(folder)) {
      Path committed = PAGES.resolve(DepthPage.PICTURES).resolve(picture.getFileName());
      assertEquals(Files.readString(committed), Files.readString(picture), picture.toString());
    }
    assertEquals(pictures(PAGES).size(), pictures(folder).size());
  }

  private static List<Path> pictures(Path pages) throws IOException {
    try (Stream<Path> files = Files.list(pages.resolve(DepthPage.PICTURES))) {
      return files.filter(file -> file.toString().endsWith(".svg")).toList();
    }
  }
}
