package org.residuum.cli.prediction;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.Closeable;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.residuum.cli.text.CommandFailure;
import org.residuum.format.file.AtomicFile;

/**
 * What a job has brought to disk, a line of JSON each: first the settings that its rows depend on,
 * then its parts, each added and synced when its rows are. A line that a crash cut off is none.
 */
final class Manifest implements Closeable {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String VERSION_KEY = "predictions";
  private static final String VERSION = "1";
  private static final String WHOLE = "whole";

  private final FileChannel channel;

  private Manifest(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Rows that are on disk.
   *
   * @param rows how many, an input each
   * @param failed how many of them say why there is no prediction
   * @param first the name of the first input
   * @param last the name of the last
   * @param names SHA-256 of all of their names, each as UTF-8 with a zero byte behind it
   * @param bytes of the file up to its end; or, of a part that is a file, its size
   * @param errorBytes of the file of failures up to its end
   */
  record Part(
      long rows,
      long failed,
      String first,
      String last,
      String names,
      long bytes,
      long errorBytes) {
    private Map<String, String> toMap() {
      Map<String, String> map = new LinkedHashMap<>();
      map.put("rows", String.valueOf(rows));
      map.put("failed", String.valueOf(failed));
      map.put("first", first);
      map.put("last", last);
      map.put("names", names);
      map.put("bytes", String.valueOf(bytes));
      map.put("error_bytes", String.valueOf(errorBytes));
      return map;
    }

    private static Part of(Map<String, String> map) {
      return new Part(
          number(map, "rows"),
          number(map, "failed"),
          map.get("first"),
          map.get("last"),
          map.get("names"),
          number(map, "bytes"),
          number(map, "error_bytes"));
    }

    private static long number(Map<String, String> map, String key) {
      return Long.parseLong(String.valueOf(map.get(key)));
    }
  }

  /**
   * What a manifest says.
   *
   * @param settings of the job
   * @param whole whether it says that all inputs are covered
   * @param bytes up to the end of the last whole line
   */
  record Contents(Map<String, String> settings, List<Part> parts, boolean whole, long bytes) {
    long rows() {
      return parts.stream().mapToLong(Part::rows).sum();
    }

    long failed() {
      return parts.stream().mapToLong(Part::failed).sum();
    }

    /** The last part. */
    Part last() {
      return parts.get(parts.size() - 1);
    }

    /**
     * Refuses other settings than those of the job that is to be resumed.
     *
     * @throws CommandFailure naming the first that differs
     */
    void requireSame(Path file, Map<String, String> now) {
      now.forEach(
          (setting, value) -> {
            String before = settings.get(setting);
            if (!value.equals(before)) {
              throw CommandFailure.usage(
                  "--resume: %s was %s for the rows that %s tells of, now it is %s; give the same,"
                          .formatted(setting, before, file, value)
                      + " or begin again without --resume");
            }
          });
    }
  }

  /** Begins one, in place of any that is there. */
  static Manifest begin(Path file, Map<String, String> settings) throws IOException {
    Map<String, String> head = new LinkedHashMap<>();
    head.put(VERSION_KEY, VERSION);
    head.putAll(settings);
    AtomicFile.writeText(file, line(head));
    return append(file);
  }

  /** Goes on behind the last whole line. */
  static Manifest goOn(Path file, Contents contents) throws IOException {
    Manifest manifest = append(file);
    manifest.channel.truncate(contents.bytes);
    return manifest;
  }

  private static Manifest append(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
    channel.position(channel.size());
    return new Manifest(channel);
  }

  /**
   * Reads one.
   *
   * @return empty where there is none
   * @throws CommandFailure where it is of another version
   */
  static Optional<Contents> read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    String text = Files.readString(file, StandardCharsets.UTF_8);
    Map<String, String> head = null;
    List<Part> parts = new ArrayList<>();
    boolean whole = false;
    int from = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      Map<String, String> map = map(file, text.substring(from, end));
      from = end + 1;
      if (head == null) {
        head = settings(file, map);
      } else if (map.containsKey(WHOLE)) {
        whole = true;
      } else {
        parts.add(Part.of(map));
      }
    }
    if (head == null) {
      return Optional.empty();
    }
    long bytes = text.substring(0, from).getBytes(StandardCharsets.UTF_8).length;
    return Optional.of(new Contents(head, parts, whole, bytes));
  }

  private static Map<String, String> settings(Path file, Map<String, String> head) {
    if (!VERSION.equals(head.remove(VERSION_KEY))) {
      throw CommandFailure.failed(
          file + ": no manifest of this version of Residuum; begin again without --resume");
    }
    return head;
  }

  private static Map<String, String> map(Path file, String line) {
    Map<String, String> map = new LinkedHashMap<>();
    try (JsonParser json = JSON.createParser(line)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        json.nextToken();
        map.put(key, json.getText());
      }
      return map;
    } catch (IOException e) {
      throw CommandFailure.failed(
          file + ": damaged (" + line + "); move it away and begin again without --resume", e);
    }
  }

  private static String line(Map<String, String> map) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      for (Map.Entry<String, String> entry : map.entrySet()) {
        json.writeStringField(entry.getKey(), entry.getValue());
      }
      json.writeEndObject();
    }
    return text + "\n";
  }

  /** Its rows are on disk. */
  void add(Part part) throws IOException {
    write(part.toMap());
  }

  /** All inputs are covered. */
  void addWhole(long rows) throws IOException {
    write(Map.of(WHOLE, String.valueOf(rows)));
  }

  private void write(Map<String, String> map) throws IOException {
    ByteBuffer left = StandardCharsets.UTF_8.encode(line(map));
    while (left.hasRemaining()) {
      channel.write(left);
    }
    channel.force(false);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
