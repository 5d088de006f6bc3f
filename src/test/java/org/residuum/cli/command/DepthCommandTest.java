package org.residuum.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;

/** A small study, and how it grows. */
final class DepthCommandTest {
  @TempDir private Path folder;

  private Terminal depth(Object... options) throws IOException {
    Path pictures = folder.resolve("glyph pictures");
    if (!Files.exists(pictures)) {
      SmallData.pictures(folder);
    }
    List<Object> all =
        new ArrayList<>(
            List.of("depth", "--data", "folder:" + pictures, "--device", "cpu", "--threads", 1));
    all.addAll(List.of("--out", folder.resolve("study")));
    all.addAll(List.of(options));
    return Terminal.run(all.toArray());
  }

  private List<String> findings() throws IOException {
    return Files.readAllLines(folder.resolve("study/depth/findings.jsonl"));
  }

  @Test
  void studyGrowsAndItsPageShowsAll() throws Exception {
    depth("--forms", "mlp:8", "--blocks", "2,1", "--epochs", 2).expect(ExitCode.OK);
    List<String> first = findings();
    assertEquals(4, first.size());
    Terminal more = depth("--forms", "mlp:8,conv:2:bn", "--blocks", "2", "--epochs", 2);
    assertEquals(2, more.expect(ExitCode.OK).out().lines().filter(l -> l.contains("test")).count());
    assertEquals(first, findings().subList(0, 4));
    assertEquals(6, findings().size());
    // Two layers of a zero branch: the block begins as the identity; a plain one does not.
    assertTrue(first.get(0).contains("\"start.distances\":[0.0]"), first.get(0));
    assertFalse(first.get(1).contains("\"start.distances\":[0.0]"), first.get(1));
    checkPage();
  }

  private void checkPage() throws Exception {
    String page = Files.readString(folder.resolve("study/depth.md"));
    assertTrue(page.contains("## Dense, 8 wide\n"), page);
    assertTrue(page.contains("## Convolutional, 2 channels, with batch norm\n"), page);
    try (Stream<Path> pictures = Files.list(folder.resolve("study/depth"))) {
      for (Path picture : pictures.filter(file -> file.toString().endsWith("svg")).toList()) {
        assertTrue(page.contains("(depth/" + picture.getFileName() + ")"), picture.toString());
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(picture.toFile());
      }
    }
  }

  @Test
  void findingsOfOtherSettingsAreNotMixed() throws IOException {
    depth("--forms", "mlp:8", "--blocks", "1", "--epochs", 1).expect(ExitCode.OK);
    String error =
        depth("--forms", "mlp:8", "--blocks", "2", "--epochs", 2).expect(ExitCode.USAGE).err();
    assertTrue(error.contains("mlp:8x1, seed 0 was trained otherwise"), error);
    assertEquals(2, findings().size());
  }

  @Test
  void otherFilesAndFormsAreRefusedByName() throws IOException {
    String form = depth("--forms", "cnn:8").expect(ExitCode.USAGE).err();
    assertTrue(form.contains("--forms cnn:8: no form of network; mlp:WIDTH or conv:WIDTH"), form);
    String blocks = depth("--blocks", "0").expect(ExitCode.USAGE).err();
    assertTrue(blocks.contains("--blocks 0: 1 to 2000"), blocks);
    Files.createDirectories(folder.resolve("study/depth"));
    Files.writeString(folder.resolve("study/depth/findings.jsonl"), "{\"form\":\"mlp:8\"\n");
    String file = depth().expect(ExitCode.FAILED).err();
    assertTrue(file.contains("line 1"), file);
  }
}
