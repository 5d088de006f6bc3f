package org.residuum;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.List;

/** The arrows between the packages point one way, and each library stays where it belongs. */
@AnalyzeClasses(packages = "org.residuum", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule arrowsPointOneWay =
      layered(
          "org.residuum",
          List.of(
              "cli..",
              "spark..",
              "job..",
              "report..",
              "",
              "serve..",
              "train..",
              "format..",
              "data..",
              "backend..",
              "plan..",
              "network..",
              "text.."));

  @ArchTest
  static final ArchRule roomsOfTheCpuBackend =
      layered("org.residuum.backend.cpu", List.of("", "op", "winograd", "onednn"));

  @ArchTest
  static final ArchRule roomsOfTheCudaBackend =
      layered("org.residuum.backend.cuda", List.of("", "op", "driver", "library", "kernel"));

  /** Each package may use those behind it in the list. */
  private static ArchRule layered(String root, List<String> packages) {
    List<String> homes =
        packages.stream().map(name -> name.isEmpty() ? root : root + "." + name).toList();
    LayeredArchitecture layers =
        layeredArchitecture().consideringOnlyDependenciesInLayers().withOptionalLayers(true);
    for (String home : homes) {
      layers = layers.layer(home).definedBy(home);
    }
    for (int i = 0; i < homes.size(); i++) {
      String home = homes.get(i);
      layers =
          i == 0
              ? layers.whereLayer(home).mayNotBeAccessedByAnyLayer()
              : layers
                  .whereLayer(home)
                  .mayOnlyBeAccessedByLayers(homes.subList(0, i).toArray(String[]::new));
    }
    return layers;
  }

  @ArchTest
  static final ArchRule oneBackendDoesNotKnowAnother =
      noClasses()
          .that()
          .resideInAPackage("org.residuum.backend.reference..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.residuum.backend.cpu..", "org.residuum.backend.cuda..");

  @ArchTest
  static final ArchRule cpuAndCudaAreApart =
      noClasses()
          .that()
          .resideInAPackage("org.residuum.backend.cpu..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.residuum.backend.cuda..", "org.residuum.backend.reference..");

  @ArchTest
  static final ArchRule onlyCudaImportsJCuda =
      onlyUnder("org.residuum.backend.cuda..", "jcuda..", "org.jcuda..");

  @ArchTest
  static final ArchRule onlyCpuImportsBytedeco =
      onlyUnder("org.residuum.backend.cpu..", "org.bytedeco..");

  @ArchTest
  static final ArchRule onlyCliImportsItsLibraries =
      onlyUnder("org.residuum.cli..", "picocli..", "me.tongfei..");

  @ArchTest
  static final ArchRule onlyParquetImportsItsLibraries =
      onlyUnder(
          "org.residuum.data.parquet..",
          "org.apache.parquet..",
          "shaded.parquet..",
          "io.airlift..");

  @ArchTest
  static final ArchRule onlySparkImportsItsLibraries =
      onlyUnder("org.residuum.spark..", "org.apache.spark..", "scala..");

  /** Elsewhere Hadoop is there for the compiler only. */
  @ArchTest
  static final ArchRule onlySparkUsesHadoop =
      onlyUnder("org.residuum.spark..", "org.apache.hadoop..");

  private static ArchRule onlyUnder(String home, String... libraries) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(home)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(libraries);
  }
}
