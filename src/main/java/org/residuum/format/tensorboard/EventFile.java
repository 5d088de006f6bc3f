package org.residuum.format.tensorboard;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.residuum.format.protobuf.Message;

/**
 * An event file of TensorBoard: scalars and texts by tag and step. What is added is on disk some
 * seconds later, or after {@link #flush}. Used by one thread.
 *
 * <p>Source: TensorFlow's {@code event.proto}, {@code summary.proto} and {@code tensor.proto}.
 */
public final class EventFile implements AutoCloseable {
  private static final String PREFIX = "events.out.tfevents.";
  private static final String VERSION = "brain.Event:2";
  private static final int SESSION_START = 1;
  private static final int STRING = 7;
  private static final Duration LATEST = Duration.ofSeconds(5);
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final Path file;
  private final Records records;
  private Instant flushed;

  private EventFile(Path file, Records records, Instant now) {
    this.file = file;
    this.records = records;
    this.flushed = now;
  }

  /**
   * A new file, {@code events.out.tfevents.SECONDS.HOST.PROCESS.NUMBER}.
   *
   * @param folder made where it is not there
   * @param step the first that will be added: what other files of the folder hold of this and later
   *     steps is hidden, as that of a training which was interrupted later than it goes on
   */
  public static EventFile create(Path folder, long step, Instant now) throws IOException {
    Files.createDirectories(folder);
    String name =
        String.format(
            Locale.ROOT,
            PREFIX + "%010d.%s.%d.%d",
            now.getEpochSecond(),
            host(),
            ProcessHandle.current().pid(),
            COUNT.getAndIncrement());
    Path file = folder.resolve(name);
    EventFile events = new EventFile(file, new Records(file), now);
    events.add(event(now, step).text(3, VERSION));
    events.add(event(now, step).message(7, new Message().integer(1, SESSION_START)));
    return events;
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9._-]", "_");
    } catch (IOException e) {
      return "localhost";
    }
  }

  /** The event files in a folder, by name and so by time; none where there is no folder. */
  public static List<Path> in(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(PREFIX))
          .sorted()
          .toList();
    }
  }

  /** Whether a folder holds nothing else. */
  public static boolean isAll(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.allMatch(file -> file.getFileName().toString().startsWith(PREFIX));
    }
  }

  /** Where it is. */
  public Path file() {
    return file;
  }

  private static Message event(Instant time, long step) {
    double seconds = time.getEpochSecond() + time.getNano() / 1e9;
    return new Message().float64(1, seconds).integer(2, step);
  }

  /** Adds numbers by tag. */
  public void scalars(long step, Map<String, Double> values, Instant time) throws IOException {
    Message summary = new Message();
    values.forEach(
        (tag, value) ->
            summary.message(1, new Message().text(1, tag).float32(2, value.floatValue())));
    add(event(time, step).message(5, summary));
    if (Duration.between(flushed, time).compareTo(LATEST) >= 0) {
      flush(time);
    }
  }

  /** Adds a text, in Markdown. */
  public void text(long step, String tag, String text, Instant time) throws IOException {
    Message plugin = new Message().text(1, "text");
    Message one = new Message().integer(1, 1);
    Message tensor =
        new Message().integer(1, STRING).message(2, new Message().message(2, one)).text(8, text);
    Message value =
        new Message()
            .text(1, tag + "/text_summary")
            .message(9, new Message().message(1, plugin))
            .message(8, tensor);
    add(event(time, step).message(5, new Message().message(1, value)));
  }

  private void add(Message event) throws IOException {
    records.add(event.toBytes());
  }

  /** Writes what is gathered. */
  public void flush(Instant now) throws IOException {
    records.flush();
    flushed = now;
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
