package org.residuum.backend.cuda.cases;

import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.util.ArrayList;
import java.util.List;
import org.residuum.backend.cuda.cases.DeviceArray.Spread;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.network.ElementType;

/** Cases of softmax.cu. */
final class SoftmaxCases {
  /** A lane has 1 class, some, or up to 9 rounds of the loop, which is unrolled by 4. */
  private static final int[] CLASSES = {1, 2, 10, 32, 33, 65, 97, 129, 161, 200, 262, 1100};

  private static final int[] LOSSES = {1, 17, 256, 300, 520, 800, 1030, 2310};

  /** Instead of a smoothing: a target for each class, and not a label. */
  private static final float SOFT = -1;

  private static final LaunchShape ONE_WARP = new LaunchShape(1, 1, 32, 1);
  private static final LaunchShape FOUR_WARPS = new LaunchShape(2, 1, 64, 1);

  /** {@code expf} errs by 4 units, twice in a quotient; the sums of lanes meet in 5 steps. */
  private static final double EXPONENTIALS = 15;

  /** Where the sum of exponentials is 1 exactly, they and a division or two are all that errs. */
  private static final double ONE_EXPONENTIAL = 6;

  private SoftmaxCases() {}

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    for (ElementType storage : Kernel.TYPES) {
      for (int classes : CLASSES) {
        Rows rows = Rows.dense(11, classes);
        add(cases, storage, "softmax_forward", rows, rig -> everyWay(forward(rig, rows), 11));
        add(cases, storage, "softmax_backward", rows, rig -> everyWay(backward(rig, rows), 11));
        Rows peaks = Rows.dense(10, classes);
        add(cases, storage, "softmax_forward", peaks + " peaks", rig -> peak(rig, peaks));
        for (float smoothing : new float[] {0.125f, SOFT}) {
          CrossEntropy peaked = new CrossEntropy(peaks, 10, smoothing);
          add(
              cases,
              storage,
              peaked.forward(),
              peaked + ", peaks",
              rig -> peaked.of(rig, peaks(rig, peaks)).on(FOUR_WARPS));
          add(
              cases,
              storage,
              peaked.backward(),
              peaked + ", peaks",
              rig -> peaked.gradient(rig, peaks(rig, peaks)).on(FOUR_WARPS));
        }
        Rows small = Rows.dense(7, classes);
        add(cases, storage, "softmax_forward", small + " small", rig -> small(rig, small));
        for (float smoothing : new float[] {0, SOFT}) {
          CrossEntropy certain = new CrossEntropy(small, 7, smoothing);
          add(
              cases,
              storage,
              certain.forward(),
              certain + ", small",
              rig -> certain.exact(rig).on(FOUR_WARPS));
          add(
              cases,
              storage,
              certain.backward(),
              certain + ", small",
              rig -> certain.gradient(rig, smalls(rig, small), ONE_EXPONENTIAL).on(FOUR_WARPS));
        }
        for (float smoothing : new float[] {0, 0.125f, SOFT}) {
          for (int valid : classes < 40 ? new int[] {0, 8, 11} : new int[] {8}) {
            CrossEntropy loss = new CrossEntropy(rows, valid, smoothing);
            add(cases, storage, loss.forward(), loss, rig -> everyWay(loss.of(rig), 11));
            add(cases, storage, loss.backward(), loss, rig -> everyWay(loss.gradient(rig), 11));
          }
        }
      }
      // With 225 classes a lane has rounds of four and what is left over.
      for (int classes : new int[] {3, 225}) {
        Rows far = Rows.far(classes);
        add(cases, storage, "softmax_forward", far, rig -> far(rig, forward(rig, far)));
        add(cases, storage, "softmax_backward", far, rig -> far(rig, backward(rig, far)));
        for (float smoothing : new float[] {0.125f, SOFT}) {
          CrossEntropy loss = new CrossEntropy(far, far.rows() - 1, smoothing);
          add(cases, storage, loss.forward(), loss, rig -> far(rig, loss.of(rig)));
          add(cases, storage, loss.backward(), loss, rig -> far(rig, loss.gradient(rig)));
        }
      }
    }
    for (int rows : LOSSES) {
      add(cases, ElementType.F32, "mean_loss", rows + " rows", rig -> mean(rig, rows));
    }
    return cases;
  }

  private static void add(
      List<KernelCase> cases,
      ElementType storage,
      String name,
      Object detail,
      KernelCase.Body body) {
    cases.add(new KernelCase(kernel(name), storage, detail.toString(), body));
  }

  private static void everyWay(Trial trial, int rows) {
    trial.onGridFor(rows, 1).on(ONE_WARP).on(FOUR_WARPS);
  }

  private static void far(KernelRig rig, Trial trial) {
    rig.needsSomeBlocks();
    trial.onBlock(Rows.FAR, Rows.FAR.gridX() - 1, true);
  }

  /** Rows of classes: all of them, or those that one block takes of over 2^33. */
  private record Rows(Spread spread, int classes) {
    static final LaunchShape FAR = new LaunchShape((1 << 29) + 1, 1, 256, 1);

    static Rows dense(int rows, int classes) {
      return new Rows(Spread.dense(rows), classes);
    }

    static Rows far(int classes) {
      long warps = FAR.gridX() * 8L;
      long[] starts = {warps - 8, 2 * warps - 8};
      return new Rows(new Spread(2 * warps - 5, starts, new int[] {8, 3}), classes);
    }

    long rows() {
      return spread.total();
    }

    int seen() {
      return spread.elements();
    }

    int elements() {
      return seen() * classes;
    }

    Spread elementsOfAll() {
      long[] starts = spread.starts().clone();
      int[] lengths = spread.lengths().clone();
      for (int i = 0; i < starts.length; i++) {
        starts[i] *= classes;
        lengths[i] *= classes;
      }
      return new Spread(rows() * classes, starts, lengths);
    }

    @Override
    public String toString() {
      return rows() + "×" + classes;
    }
  }

  /**
   * Rows that overflow unless the maximum is taken off, all negative ones, widely spread ones whose
   * exponentials vanish, equal ones, and ones with an infinity or NaN. They are whole numbers, so
   * that differences to the maximum are exact.
   */
  private static float[] logits(KernelRig rig, Rows rows) {
    int classes = rows.classes();
    float[] x = new float[rows.elements()];
    float[] special = {Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, Float.NaN};
    for (int row = 0; row < rows.seen(); row++) {
      for (int k = 0; k < classes; k++) {
        int random = rig.nextInt(41);
        x[row * classes + k] =
            switch (row) {
              case 1 -> -40 - 2 * random;
              case 2 -> 10 * random - 200;
              case 3 -> -7;
              case 4 -> 20 - random / 2f;
              default -> 40 + 2 * random;
            };
      }
      if (row >= 5 && row < 8) {
        x[row * classes + rig.nextInt(classes)] = special[row - 5];
      }
    }
    for (int k = 0; k < classes && rows.seen() > 8; k++) {
      x[8 * classes + k] = Float.NEGATIVE_INFINITY;
    }
    return x;
  }

  /** One class far above the others, each row another: whoever overlooks it overflows. */
  private static float[] peaks(KernelRig rig, Rows rows) {
    int classes = rows.classes();
    float[] x = new float[rows.elements()];
    for (int i = 0; i < x.length; i++) {
      x[i] = -100 - rig.nextInt(40);
    }
    for (int row = 0; row < rows.seen(); row++) {
      x[row * classes + (classes - 1) * row / (rows.seen() - 1)] = 100;
    }
    return x;
  }

  private static void peak(KernelRig rig, Rows rows) {
    forward(rig, rows, peaks(rig, rows)).on(FOUR_WARPS);
  }

  /**
   * One class so far above the others that their exponentials do not change the sum, which is 1.
   */
  private static float[] smalls(KernelRig rig, Rows rows) {
    int classes = rows.classes();
    float[] x = new float[rows.elements()];
    for (int i = 0; i < x.length; i++) {
      x[i] = -30 - rig.nextInt(100) / 2f;
    }
    for (int row = 0; row < rows.seen(); row++) {
      x[row * classes + rig.nextInt(classes)] = 0;
    }
    return x;
  }

  private static void small(KernelRig rig, Rows rows) {
    forward(rig, rows, smalls(rig, rows), ONE_EXPONENTIAL).on(FOUR_WARPS);
  }

  /** Of each element its distance from the row's maximum, and of each row Σ e^distance. */
  private static double[] shifted(float[] x, int classes, double[] sums) {
    double[] d = new double[x.length];
    for (int first = 0; first < x.length; first += classes) {
      double max = Double.NEGATIVE_INFINITY;
      for (int k = first; k < first + classes; k++) {
        max = Double.isNaN(x[k]) ? max : Math.max(max, x[k]);
      }
      for (int k = first; k < first + classes; k++) {
        d[k] = x[k] - max;
        sums[first / classes] += Math.exp(d[k]);
      }
    }
    return d;
  }

  private static double[] softmax(float[] x, int classes) {
    double[] sums = new double[x.length / classes];
    double[] p = shifted(x, classes, sums);
    for (int i = 0; i < p.length; i++) {
      p[i] = Math.exp(p[i]) / sums[i / classes];
    }
    return p;
  }

  private static Trial forward(KernelRig rig, Rows rows) {
    return forward(rig, rows, logits(rig, rows));
  }

  private static Trial forward(KernelRig rig, Rows rows, float[] x) {
    return forward(rig, rows, x, EXPONENTIALS + rows.classes() / 32.0);
  }

  private static Trial forward(KernelRig rig, Rows rows, float[] x, double roundings) {
    double[] p = softmax(x, rows.classes());
    return new Trial(rig, kernel("softmax_forward"))
        .within(rows.elementsOfAll())
        .reads(x)
        .writes(
            x.length,
            (what, actual) ->
                Check.close(what, rig.storage(), i -> p[i], actual, roundings, i -> p[i]))
        .numbers(rows.rows(), rows.classes());
  }

  /** Sums of few bits are exact. */
  private static Trial backward(KernelRig rig, Rows rows) {
    float[] y = rig.coarse(rows.elements());
    float[] dy = rig.coarse(y.length);
    float[] dx = new float[y.length];
    double[] dot = new double[rows.seen()];
    for (int i = 0; i < y.length; i++) {
      dot[i / rows.classes()] += y[i] * dy[i];
    }
    for (int i = 0; i < y.length; i++) {
      dx[i] = rig.stored(y[i] * (float) (dy[i] - dot[i / rows.classes()]));
    }
    return new Trial(rig, kernel("softmax_backward"))
        .within(rows.elementsOfAll())
        .reads(y)
        .reads(dy)
        .writes(dx)
        .numbers(rows.rows(), rows.classes());
  }

  /** Of labels with some smoothing, or of {@link #SOFT} targets. */
  private record CrossEntropy(Rows rows, long valid, float smoothing) {
    boolean isSoft() {
      return smoothing == SOFT;
    }

    String forward() {
      return (isSoft() ? "soft_" : "") + "cross_entropy_forward";
    }

    String backward() {
      return (isSoft() ? "soft_" : "") + "cross_entropy_backward";
    }

    boolean counts(int row) {
      return rows.spread().index(row) < valid;
    }

    /** The first and the last class, those on a lane's second round, any. */
    private float[] labels(KernelRig rig) {
      float[] labels = new float[rows.seen()];
      for (int row = 0; row < labels.length; row++) {
        labels[row] = rig.nextInt(rows.classes());
      }
      labels[0] = rows.classes() - 1f;
      labels[1] = 0;
      labels[2] = Math.min(rows.classes() - 1, 40);
      return labels;
    }

    /** Eighths, so that sums are exact, and a third of them 0. */
    private float[] targets(KernelRig rig) {
      float[] targets = new float[rows.elements()];
      for (int i = 0; i < targets.length; i++) {
        targets[i] = Math.max(0, rig.nextInt(12) - 4) / 8f;
      }
      return targets;
    }

    private float[] given(KernelRig rig) {
      return isSoft() ? targets(rig) : labels(rig);
    }

    private double sum(float[] given, int i) {
      int classes = rows.classes();
      double sum = isSoft() ? 0 : 1;
      for (int k = i - i % classes; isSoft() && k < i - i % classes + classes; k++) {
        sum += given[k];
      }
      return sum;
    }

    private double target(float[] labels, int i) {
      int classes = rows.classes();
      if (isSoft()) {
        return labels[i];
      }
      double hit = i % classes == (int) labels[i / classes] ? 1 - (double) smoothing : 0;
      return hit + (double) smoothing / classes;
    }

    private Trial trial(KernelRig rig, String name, float[] x, float[] given) {
      Spread spread = isSoft() ? rows.elementsOfAll() : rows.spread();
      return new Trial(rig, kernel(name))
          .within(rows.elementsOfAll())
          .reads(x)
          .array(ElementType.F32, spread, given, Trial.exactly(given));
    }

    private Trial numbered(Trial trial) {
      return isSoft()
          ? trial.numbers(rows.rows(), valid, rows.classes())
          : trial.numbers(rows.rows(), valid, rows.classes(), smoothing);
    }

    Trial of(KernelRig rig) {
      return of(rig, logits(rig, rows));
    }

    Trial of(KernelRig rig, float[] x) {
      float[] given = given(rig);
      double[] sums = new double[rows.seen()];
      double[] d = shifted(x, rows.classes(), sums);
      double[] loss = new double[rows.seen()];
      double[] magnitude = new double[rows.seen()];
      for (int i = 0; i < x.length; i++) {
        int row = i / rows.classes();
        double t = target(given, i);
        if (counts(row) && t != 0) {
          loss[row] += t * (Math.log(sums[row]) - d[i]);
          magnitude[row] += t * (Math.abs(d[i]) + 10);
        }
      }
      double roundings = EXPONENTIALS + rows.classes() / 32.0;
      return numbered(
          trial(rig, forward(), x, given)
              .array(
                  ElementType.F32,
                  rows.spread(),
                  null,
                  (what, actual) ->
                      Check.close(
                          what,
                          ElementType.F32,
                          row -> loss[row],
                          actual,
                          roundings,
                          row -> magnitude[row])));
    }

    /** The loss is the distance of the label's logit, to the bit. */
    Trial exact(KernelRig rig) {
      float[] x = smalls(rig, rows);
      float[] labels = labels(rig);
      float[] losses = new float[labels.length];
      for (int row = 0; row < losses.length; row++) {
        losses[row] = 0 - x[row * rows.classes() + (int) labels[row]];
      }
      float[] given = isSoft() ? oneHot(labels) : labels;
      return numbered(
          trial(rig, forward(), x, given)
              .array(ElementType.F32, rows.spread(), null, Trial.exactly(losses)));
    }

    private float[] oneHot(float[] labels) {
      float[] targets = new float[rows.elements()];
      for (int row = 0; row < labels.length; row++) {
        targets[row * rows.classes() + (int) labels[row]] = 1;
      }
      return targets;
    }

    Trial gradient(KernelRig rig) {
      return gradient(rig, logits(rig, rows));
    }

    Trial gradient(KernelRig rig, float[] x) {
      return gradient(rig, x, EXPONENTIALS + 4 + rows.classes() / 32.0);
    }

    Trial gradient(KernelRig rig, float[] x, double roundings) {
      float[] given = given(rig);
      double[] p = softmax(x, rows.classes());
      for (int i = 0; i < p.length; i++) {
        p[i] *= sum(given, i);
      }
      return numbered(
          trial(rig, backward(), x, given)
              .writes(
                  x.length,
                  (what, actual) ->
                      Check.close(
                          what,
                          rig.storage(),
                          i -> counts(i / rows.classes()) ? (p[i] - target(given, i)) / valid : 0,
                          actual,
                          roundings,
                          i ->
                              counts(i / rows.classes()) ? (p[i] + target(given, i)) / valid : 0)));
    }

    @Override
    public String toString() {
      return rows
          + " of which "
          + valid
          + " valid, "
          + (isSoft() ? "soft" : "smoothing " + smoothing);
    }
  }

  private static void mean(KernelRig rig, int rows) {
    float[] losses = rig.coarse(rows);
    float sum = 0;
    for (float loss : losses) {
      sum += loss;
    }
    for (long valid : new long[] {rows, rows / 2 + 1, (1L << 33) + 12_345}) {
      new Trial(rig, kernel("mean_loss"))
          .readsF32(losses)
          .writesF32(new float[] {sum / valid})
          .numbers((long) rows, valid)
          .onGridFor(1, 1)
          .misalignedAlone(new LaunchShape(1, 1, 256, 1), false);
    }
  }
}
