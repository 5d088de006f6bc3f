package org.residuum.ptx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.residuum.ptx.number.Samples;

/**
 * Matrix instructions against the fragment tables of the PTX ISA (9.7.14, "Matrix Fragments for
 * mma").
 */
class MatrixTest {
  private static final String HEAD =
      ".version 8.0 "
          + ".target sm_80 "
          + ".address_size 64 "
          + ".visible .entry k(.param .u64 in, .param .u64 out) "
          + "{ "
          + ".reg .b32 %r<64>; "
          + ".reg .b64 %rd<16>; "
          + ".shared .align 16 .b8 s[1024]; "
          + "mov.u32 %r1, %tid.x; "
          + "ld.param.u64 %rd1, [in]; "
          + "ld.param.u64 %rd2, [out]; ";

  /**
   * Loads {@code words} words a lane into %r10.., runs the code, stores {@code results} words from
   * %r30.
   */
  private static int[] run(String code, int words, int[] in, int results) {
    StringBuilder s = new StringBuilder(HEAD);
    s.append("mad.wide.u32 %rd3, %r1, ").append(4 * words).append(", %rd1; ");
    for (int i = 0; i < words; i++) {
      s.append("ld.global.u32 %r").append(10 + i).append(", [%rd3+").append(4 * i).append("]; ");
    }
    s.append(code).append(" mad.wide.u32 %rd4, %r1, ").append(4 * results).append(", %rd2; ");
    for (int i = 0; i < results; i++) {
      s.append("st.global.u32 [%rd4+").append(4 * i).append("], %r").append(30 + i).append("; ");
    }
    Device device = new Device(s + "ret; } ");
    long out = device.empty("out", 128L * results);
    device.machine.launch(
        device.module.entry("k"), Dim3.of(1), Dim3.of(32), 0, device.ints("in", in), out);
    return device.ints(out, 32 * results);
  }

  /** Four 8x8 matrices in shared memory, element (m, row, column) = 64 m + 8 row + column. */
  private static int[] loadMatrix(String instruction, int results) {
    String fill =
        "mov.u32 %r2, s; shl.b32 %r3, %r1, 4; add.u32 %r2, %r2, %r3; "
            + "st.shared.v4.u32 [%r2], {%r10, %r11, %r12, %r13}; bar.sync 0; ";
    int[] words = new int[128];
    for (int i = 0; i < 128; i++) {
      words[i] = 2 * i | (2 * i + 1) << 16;
    }
    return run(fill + instruction, 4, words, results);
  }

  @Test
  void ldmatrixGivesLaneLTheTwoElementsOfRowLOver4() {
    int[] d =
        loadMatrix("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%r30, %r31, %r32, %r33}, [%r2];", 4);
    for (int l = 0; l < 32; l++) {
      for (int m = 0; m < 4; m++) {
        int element = 64 * m + 8 * (l / 4) + 2 * (l % 4);
        assertEquals(element | (element + 1) << 16, d[4 * l + m], "lane " + l + ", matrix " + m);
      }
    }
    int[] one = loadMatrix("ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r30}, [%r2];", 1);
    assertEquals(2 | 3 << 16, one[1]);
  }

  @Test
  void transposedLdmatrixGivesLaneLTheElementsOfColumnLOver4() {
    int[] d = loadMatrix("ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%r30, %r31}, [%r2];", 2);
    for (int l = 0; l < 32; l++) {
      for (int m = 0; m < 2; m++) {
        int element = 64 * m + 8 * (2 * (l % 4)) + l / 4;
        assertEquals(element | (element + 8) << 16, d[2 * l + m], "lane " + l + ", matrix " + m);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "m16n8k16,bf16,16",
    "m16n8k16,f16,16",
    "m16n8k8,bf16,8",
    "m16n8k8,f16,8",
    "m16n8k8,tf32,8",
    "m16n8k4,tf32,4"
  })
  void mmaIsTheProductOfTheFragments(String shape, String type, int k) {
    Samples samples = new Samples("mma " + shape + " " + type);
    double[][] a = random(samples, 16, k);
    double[][] b = random(samples, k, 8);
    double[][] c = random(samples, 16, 8);
    boolean wide = type.equals("tf32");
    int registersA = wide ? k / 2 : k / 4;
    int registersB = registersA / 2;
    int words = registersA + registersB + 4;
    int[] in = new int[32 * words];
    for (int l = 0; l < 32; l++) {
      int g = l / 4;
      int t = l % 4;
      for (int i = 0; i < registersA; i++) {
        // Rows g and g + 8 alternate, then the columns move on by half the depth.
        int row = g + (i % 2 == 0 ? 0 : 8);
        in[l * words + i] =
            wide
                ? encode(type, a[row][t + (i < 2 ? 0 : 4)])
                : pair(type, a[row][2 * t + (i < 2 ? 0 : 8)], a[row][2 * t + 1 + (i < 2 ? 0 : 8)]);
      }
      for (int i = 0; i < registersB; i++) {
        in[l * words + registersA + i] =
            wide
                ? encode(type, b[t + 4 * i][g])
                : pair(type, b[2 * t + 8 * i][g], b[2 * t + 1 + 8 * i][g]);
      }
      for (int i = 0; i < 4; i++) {
        in[l * words + registersA + registersB + i] =
            Float.floatToRawIntBits((float) c[i < 2 ? g : g + 8][2 * t + i % 2]);
      }
    }
    String code =
        "mma.sync.aligned."
            + shape
            + ".row.col.f32."
            + type
            + "."
            + type
            + ".f32 {%r30,%r31,%r32,%r33}, "
            + registers(10, registersA)
            + ", "
            + registers(10 + registersA, registersB)
            + ", "
            + registers(10 + registersA + registersB, 4)
            + ";";
    int[] d = run(code, words, in, 4);
    for (int l = 0; l < 32; l++) {
      for (int i = 0; i < 4; i++) {
        int row = l / 4 + (i < 2 ? 0 : 8);
        int column = 2 * (l % 4) + i % 2;
        double want = c[row][column];
        for (int j = 0; j < k; j++) {
          want += a[row][j] * b[j][column];
        }
        assertEquals(
            (float) want, Float.intBitsToFloat(d[4 * l + i]), "lane " + l + ", element " + i);
      }
    }
  }

  private static String registers(int first, int count) {
    StringBuilder s = new StringBuilder("{");
    for (int i = 0; i < count; i++) {
      s.append(i == 0 ? "%r" : ", %r").append(first + i);
    }
    return s.append('}').toString();
  }

  /** Multiples of 1/16 up to 4, exact in every format and in every order of summation. */
  private static double[][] random(Samples samples, int rows, int columns) {
    double[][] m = new double[rows][columns];
    for (double[] row : m) {
      for (int j = 0; j < columns; j++) {
        row[j] = (samples.random().nextInt(129) - 64) / 16.0;
      }
    }
    return m;
  }

  private static int pair(String type, double low, double high) {
    return encode(type, low) | encode(type, high) << 16;
  }

  private static int encode(String type, double v) {
    int bits = Float.floatToRawIntBits((float) v);
    if (type.equals("tf32")) {
      // The low 13 bits must not count.
      return bits | (0x1234 & 0x1fff);
    } else if (type.equals("bf16")) {
      return bits >>> 16;
    }
    int magnitude = v == 0 ? 0 : (((bits >>> 23 & 255) - 112) << 10 | (bits >>> 13 & 1023));
    return bits >>> 31 << 15 | magnitude;
  }
}
