package org.residuum.format.tensorboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Event files, read back by a reader of their documented format. */
final class EventFileTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000, 250_000_000);

  @TempDir private Path folder;

  /** RFC 3720, section B.4. */
  @ParameterizedTest
  @CsvSource({
    "0000000000000000000000000000000000000000000000000000000000000000, 8a9136aa",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff, 62a8ab43",
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f, 46dd794e",
    "1f1e1d1c1b1a191817161514131211100f0e0d0c0b0a09080706050403020100, 113fdb5c",
    "01c00000000000000000000000000000140000000000040000000014000000182800000000000000"
        + "0200000000000000, d9963a56",
  })
  void readersChecksumIsThatOfTheStandard(String data, String crc) {
    int value = ReadEvents.crc32c(HexFormat.of().parseHex(data));
    assertEquals(crc, "%08x".formatted(value));
  }

  @Test
  void eventsComeBack() throws IOException {
    Path file;
    try (EventFile events = EventFile.create(folder.resolve("new"), 301, NOW)) {
      file = events.file();
      events.text(301, "settings", "| a | b |", NOW);
      events.scalars(301, Map.of("step/loss", 0.1), NOW);
      events.scalars(70_000, Map.of("step/loss", Double.NaN), NOW.plusSeconds(1));
      assertEquals(0, Files.size(file));
      events.scalars(70_001, Map.of("step/loss", -2.0), NOW.plusSeconds(6));
      assertEquals(3, ReadEvents.of(file).steps("step/loss").size());
    }
    assertTrue(
        file.getFileName().toString().matches("events\\.out\\.tfevents\\.1700000000\\..+\\.\\d+"),
        file.toString());
    assertEquals(List.of(file), EventFile.in(folder.resolve("new")));
    ReadEvents.Contents contents = ReadEvents.of(file);
    assertEquals(List.of("brain.Event:2"), contents.versions());
    assertEquals(List.of(301L), contents.starts());
    assertEquals(List.of(301L, 70_000L, 70_001L), contents.steps("step/loss"));
    assertEquals(List.of(0.1f, Float.NaN, -2f), contents.numbers("step/loss"));
    ReadEvents.Value text = contents.values().get(0);
    assertEquals("settings/text_summary", text.tag());
    assertEquals("| a | b |", text.text());
    assertEquals(1_700_000_000.25, text.time());
  }

  @Test
  void recordsLargerThanWhatIsGatheredAreWhole() throws IOException {
    String text = "x".repeat(200_000);
    try (EventFile events = EventFile.create(folder, 1, NOW)) {
      events.text(1, "long", text, NOW);
      events.scalars(1, Map.of("a", 1.0, "b", 2.0), NOW);
    }
    List<ReadEvents.Value> values = ReadEvents.of(EventFile.in(folder).get(0)).values();
    assertEquals(3, values.size());
    assertEquals(text, values.get(0).text());
  }

  @Test
  void aByteThatChangesIsFound() throws IOException {
    try (EventFile events = EventFile.create(folder, 1, NOW)) {
      events.scalars(1, Map.of("a", 1.0), NOW);
    }
    Path file = EventFile.in(folder).get(0);
    String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
    for (int at : List.of(0, 9, bytes.length() - 6)) {
      byte[] changed = bytes.getBytes(StandardCharsets.ISO_8859_1);
      changed[at] ^= 4;
      assertThrows(IOException.class, () -> ReadEvents.records(changed));
    }
  }
}
