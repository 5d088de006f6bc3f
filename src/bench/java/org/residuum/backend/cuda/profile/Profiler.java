package org.residuum.backend.cuda.profile;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.residuum.backend.cuda.assembler.PtxAssembler;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.backend.cuda.kernel.PtxModule;
import org.residuum.network.Architectures;
import org.residuum.network.Network;
import org.residuum.text.NearestName;

/** Profiles what a network's plan asks for. */
final class Profiler {
  private final ProfileOptions options;
  private final RecordedRun run;
  private final LaunchProfiler launches;
  private final Map<PtxModule, Map<String, PtxAssembler.Usage>> usages =
      new EnumMap<>(PtxModule.class);

  Profiler(ProfileOptions options) {
    this.options = options;
    Network network =
        Architectures.build(options.network(), Architectures.Request.PUBLISHED);
    this.run =
        options.training()
            ? RecordedRun.training(network, options.precision(), options.batch())
            : RecordedRun.inference(network, options.precision(), options.batch());
    this.launches = new LaunchProfiler(run, options.rows());
  }

  /** In the order in which the host asks; what a node asks for several times is one row. */
  List<ProfileRow> rows() {
    Map<List<Object>, ProfileRow> rows = new LinkedHashMap<>();
    for (RecordedRun.Item item : run.items()) {
      if (wanted(item)) {
        ProfileRow row = row(item);
        List<Object> key = new ArrayList<>(List.of(item.node(), row.group()));
        key.add(item instanceof RecordedRun.Multiplied product ? product.gemm() : row.bytes());
        rows.merge(key, row, (old, same) -> old.again());
      }
    }
    if (rows.isEmpty()) {
      throw new ProfileOptions.UsageException(none());
    }
    return List.copyOf(rows.values());
  }

  private String none() {
    List<String> layers = run.items().stream().map(RecordedRun.Item::node).distinct().toList();
    if (layers.stream().noneMatch(name -> name.contains(options.layer()))) {
      return "no layer has '" + options.layer() + "' in its name" + hint(options.layer(), layers);
    }
    List<String> kernels =
        run.items().stream()
            .filter(item -> item.node().contains(options.layer()))
            .map(Profiler::kernel)
            .distinct()
            .toList();
    return "no kernel has '" + options.kernel() + "' in its name" + hint(options.kernel(), kernels);
  }

  private static String hint(String part, List<String> names) {
    return NearestName.find(part, names)
        .map(name -> "; did you mean " + name + "?")
        .orElse("; there are " + String.join(", ", names));
  }

  private boolean wanted(RecordedRun.Item item) {
    return item.node().contains(options.layer()) && kernel(item).contains(options.kernel());
  }

  private static String kernel(RecordedRun.Item item) {
    return item instanceof RecordedRun.Launched launch
        ? launch.kernel().entry(launch.storage())
        : item instanceof RecordedRun.Multiplied ? "product" : "copy";
  }

  private ProfileRow row(RecordedRun.Item item) {
    if (item instanceof RecordedRun.Multiplied product) {
      Bound bound = Bound.of(product.gemm(), options.gpu());
      return new ProfileRow(item, null, bound, ProfileRow.Residency.NONE, 1);
    } else if (item instanceof RecordedRun.Copied copy) {
      Bound bound = Bound.of(copy, options.gpu());
      return new ProfileRow(item, null, bound, ProfileRow.Residency.NONE, 1);
    }
    RecordedRun.Launched launch = (RecordedRun.Launched) item;
    LaunchProfile profile = launches.profile(launch);
    ProfileRow.Residency residency = residency(launch);
    Bound bound = Bound.of(profile, residency.blocks(), options.gpu());
    return new ProfileRow(item, profile, bound, residency, 1);
  }

  private ProfileRow.Residency residency(RecordedRun.Launched launch) {
    Architecture architecture = options.gpu().architecture();
    PtxAssembler.Usage usage =
        usages
            .computeIfAbsent(
                PtxModule.of(launch.storage()),
                module -> PtxAssembler.assemble(module.source(), architecture.number()))
            .get(launch.kernel().entry(launch.storage()));
    LaunchShape shape = launch.shape();
    double occupancy =
        architecture.occupancy(
            shape.blockX() * shape.blockY(), usage.registers(), usage.sharedBytes());
    int blocks =
        architecture.residentBlocks(
            shape.blockX() * shape.blockY(), usage.registers(), usage.sharedBytes());
    return new ProfileRow.Residency(usage.registers(), usage.sharedBytes(), blocks, occupancy);
  }
}
