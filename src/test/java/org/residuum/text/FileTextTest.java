package org.residuum.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class FileTextTest {
  @TempDir private Path folder;

  @Test
  void nameThatIsTextStaysAsItIs() {
    for (String name : new String[] {"a.png", "dir/b c.png", "=x", "a\nb", "50%.png"}) {
      assertEquals(name, FileText.of(Path.of(name)));
    }
  }

  /** Only Linux takes any bytes for a name. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void nameThatIsNoTextIsAUriThatLeadsToTheFile() throws Exception {
    Process made =
        new ProcessBuilder(
                "bash", "-c", "touch \"$1\"/$'a\\xff\\xc3\\xbc.png'", "bash", "" + folder)
            .start();
    assertEquals(0, made.waitFor());
    Path file;
    try (Stream<Path> files = Files.list(folder)) {
      file = files.findAny().orElseThrow();
    }
    String text = FileText.of(file);
    assertTrue(text.startsWith("file:///") && text.endsWith("/a%FF%C3%BC.png"), text);
    assertEquals(file, Path.of(URI.create(text)));
  }

  @Test
  void lastNameIsTextToo() {
    assertEquals("b c.png", FileText.name(Path.of("dir/b c.png")));
  }
}
