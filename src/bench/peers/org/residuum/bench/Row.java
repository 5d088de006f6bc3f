package org.residuum.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.residuum.network.Network;
import org.residuum.network.ResNets;

/**
 * A line of the table.
 *
 * @param group what {@code --rows} names
 * @param workload made when the row's turn comes
 * @param targets by peer, the least ratio of Residuum's rate to the peer's; the others are shown
 *     without judgement
 * @param leastRate what Residuum must reach by itself; 0 for none
 */
record Row(
    String group,
    Kind kind,
    Supplier<Workload> workload,
    Map<Peer, Double> targets,
    double leastRate) {
  /** What is timed. */
  enum Kind {
    INFERENCE,
    TRAINING
  }

  /** Whom Residuum is compared with. */
  enum Peer {
    ONNX_RUNTIME("ONNX Runtime", "onnxruntime"),
    /** DJL's blocks and loops, as its documentation shows them. */
    DJL("DJL-PyTorch", "djl"),
    /** PyTorch's operators one by one through DJL's engine, without its blocks. */
    OPERATORS("PyTorch operators", "operators"),
    /** Ourselves, where the processor multiplies bf16. */
    BF16("Residuum in bf16", "bf16");

    private final String title;
    private final String option;

    Peer(String title, String option) {
      this.title = title;
      this.option = option;
    }

    /** What {@code --peers} calls it. */
    String option() {
      return option;
    }

    @Override
    public String toString() {
      return title;
    }
  }

  private static final String SMALL = "small";
  private static final int DENSE_ROWS = 1024;
  private static final int DENSE_BLOCKS = 16;

  /** ONNX Runtime's Java API does not train; our bf16 has a page of its own. */
  List<Peer> peers() {
    return kind == Kind.TRAINING ? List.of(Peer.DJL, Peer.OPERATORS) : List.of(Peer.values());
  }

  /** Whether the row is measured only when it is named. */
  boolean isExtra() {
    return group.equals(SMALL);
  }

  /** All rows in the order of the table. */
  static List<Row> all() {
    List<Row> rows = new ArrayList<>();
    for (int batch : new int[] {1, 8, 32}) {
      rows.add(images("resnet50", ResNets.imagenet(50), batch));
    }
    for (int batch : new int[] {1, 8, 32}) {
      rows.add(images("resnet18", ResNets.imagenet(18), batch));
    }
    rows.add(dense("mlp", 64, DENSE_ROWS, Map.of(Peer.DJL, 5.0)));
    rows.add(dense("mlp", 256, DENSE_ROWS, Map.of(Peer.DJL, 1.8)));
    rows.add(dense("mlp", 1024, DENSE_ROWS, Map.of(Peer.DJL, 1.4)));
    rows.add(
        new Row(
            "train",
            Kind.TRAINING,
            () -> Workload.ofImages(ResNets.cifar(20), 128),
            Map.of(Peer.DJL, 2.0),
            300));
    for (int batch : new int[] {1, 8, 64}) {
      rows.add(images(SMALL, ResNets.cifar(20), batch));
      for (int width : new int[] {64, 256, 1024}) {
        rows.add(dense(SMALL, width, batch, Map.of()));
      }
    }
    return rows;
  }

  private static Row images(String group, Network network, int batch) {
    Map<Peer, Double> targets = Map.of(Peer.ONNX_RUNTIME, 1.0, Peer.DJL, 1.3);
    return new Row(group, Kind.INFERENCE, () -> Workload.ofImages(network, batch), targets, 0);
  }

  private static Row dense(String group, int width, int batch, Map<Peer, Double> targets) {
    Network network = ResNets.mlp(width, DENSE_BLOCKS);
    return new Row(
        group, Kind.INFERENCE, () -> Workload.ofProducts(network, batch), targets, 0);
  }
}
