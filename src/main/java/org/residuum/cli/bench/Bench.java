package org.residuum.cli.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.residuum.Model;
import org.residuum.backend.Backend;
import org.residuum.cli.text.Console;
import org.residuum.data.Preprocessing;
import org.residuum.data.input.PictureInputs;
import org.residuum.report.Machine;

/** Measurements of one model on one device, said as they come and kept for a file. */
public final class Bench {
  private final Console console;
  private final Backend backend;
  private final Model model;
  private final Map<String, Object> report = new LinkedHashMap<>();
  private List<BatchFigures> devices = List.of();

  public Bench(Console console, Backend backend, Model model) {
    this.console = console;
    this.backend = backend;
    this.model = model;
    report.put("model", model.toString());
    report.put("parameters", model.network().parameterCount());
    report.put("flops", model.network().flops());
    report.put("device", backend.name() + ": " + backend.description());
    report.put("precision", backend.precision().toString());
    report.put("machine", Machine.look());
  }

  /**
   * Times the network alone at each batch size.
   *
   * @param seconds at each
   */
  public void devices(List<Integer> batches, double seconds) {
    Limits limits = Limits.measure(backend);
    report.put("limits", limits.toMap());
    console.out("model     %s", model);
    console.out("%s", BenchTables.limits(limits));
    DeviceBench bench = new DeviceBench(backend, model, limits);
    devices = batches.stream().map(batch -> bench.run(batch, seconds)).toList();
    report.put("device_only", devices.stream().map(BatchFigures::toMap).toList());
    console.out("%s", BenchTables.devices(devices));
  }

  /** Opens sources of pictures. */
  @FunctionalInterface
  public interface Opening {
    PictureInputs open() throws IOException;
  }

  /**
   * Times pictures on their way through decoding and the network, after {@link #devices}.
   *
   * @param opening opens the sources of pictures, a few times
   * @param threads that decode
   */
  public void pictures(Opening opening, Preprocessing preprocessing, int threads)
      throws IOException {
    PictureBench bench = new PictureBench(backend, model, preprocessing, opening, threads);
    // The first pass warms up the decoder and the system's file cache.
    bench.decoding();
    double decoding = bench.decoding();
    List<EndToEndFigures> rows = new ArrayList<>();
    for (BatchFigures alone : devices) {
      rows.add(bench.run(alone.batch(), decoding, alone.perSecond()));
    }
    report.put("end_to_end", rows.stream().map(EndToEndFigures::toMap).toList());
    console.out("%s", BenchTables.ends(rows));
  }

  /** Compares each node with the reference; what to say of the first that differs, if any. */
  public Optional<String> validate(int batch) {
    NodeCheck check = new NodeCheck(backend, model.network(), model.parameters(), batch);
    return Validation.run(check, console)
        .map(
            finding ->
                model.network().name()
                    + " on "
                    + backend.name()
                    + ": node "
                    + finding
                    + "; please report it with the machine (residuum doctor)");
  }

  /** All figures so far as JSON. */
  public void write(Path file) throws IOException {
    Files.write(file, BenchJson.of(report).getBytes(StandardCharsets.UTF_8));
    console.say("figures are in %s", file);
  }
}
