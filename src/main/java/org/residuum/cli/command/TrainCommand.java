package org.residuum.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.residuum.Model;
import org.residuum.backend.TrainingBackend;
import org.residuum.cli.option.DataOption;
import org.residuum.cli.option.DecodingOptions;
import org.residuum.cli.option.DeviceOption;
import org.residuum.cli.option.FailureOptions;
import org.residuum.cli.option.InputOptions;
import org.residuum.cli.option.LoopFlags;
import org.residuum.cli.option.MemoryFlags;
import org.residuum.cli.option.MixingFlags;
import org.residuum.cli.option.ModelOption;
import org.residuum.cli.option.Models;
import org.residuum.cli.option.RateSearchFlags;
import org.residuum.cli.option.RecipeOption;
import org.residuum.cli.option.ShapeOptions;
import org.residuum.cli.option.StartOptions;
import org.residuum.cli.option.TaskFlags;
import org.residuum.cli.option.TrainingFlags;
import org.residuum.cli.option.ValidationFlags;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.cli.text.ExitCode;
import org.residuum.cli.text.InputFiles;
import org.residuum.cli.text.OptionNames;
import org.residuum.cli.text.OutputFolder;
import org.residuum.data.Dataset;
import org.residuum.data.Preprocessing;
import org.residuum.data.source.DatasetOptions;
import org.residuum.format.TrainingNotes;
import org.residuum.format.folder.SavedModel;
import org.residuum.job.FolderLock;
import org.residuum.job.StartingPoint;
import org.residuum.job.TrainingData;
import org.residuum.job.TrainingJob;
import org.residuum.train.Recipe;
import org.residuum.train.TrainingOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "train",
    customSynopsis = "residuum train --data=NAME:PATH --out=FOLDER [--model=MODEL] [OPTION]...",
    description = "Trains a network on labelled data; saves it with a report.",
    footer = {
      "",
      "Examples:",
      "  residuum train --data glyphs --model resnet8 --epochs 3 --out runs/glyphs",
      "  residuum train --data folder:photos --model resnet18 --out runs/photos",
      "  residuum train --data folder:pets --init r18.pth --preset imagenet --out pets",
      "  residuum train --data folder:pets --init runs/r18 --freeze body --out pets",
      "  residuum train --data cifar10:cifar --augment crop-flip,erase --out cifar",
      "  residuum train --data folder:pets --augment resized-crop,flip,jitter --out p",
      "  residuum train --data csv:table.csv --model mlp:64x4 --out runs/tab --lr-find",
      "  residuum train --data cifar10:cifar --recipe cifar10-fast --out runs/cifar",
      "  residuum train --data cifar10:cifar --mixup 0.2 --cutmix 1 --out runs/mix",
      "  residuum train --data folder:pets --class-weights balanced --out pets",
      "  residuum train --data csv:table.csv --model mlp:64x4 --out runs/tab",
      "  residuum train --data csv:table.csv --model mlp:64x4 --out runs/tab --resume",
      "  residuum train --data csv:t.csv --task regression --label-column cost --out p",
      "  residuum train --data csv:pics.csv --task multilabel --model resnet18 --out p",
      "  residuum train --data csv:t.csv --model mlp --out tab --resume --epochs 40"
    })
public final class TrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DataOption data;
  @Mixin private TaskFlags task;
  @Mixin private InputOptions inputs;
  @Mixin private ModelOption model;
  @Mixin private StartOptions begin;
  @Mixin private RecipeOption recipe;
  @Mixin private TrainingFlags flags;
  @Mixin private MemoryFlags memory;
  @Mixin private LoopFlags loop;
  @Mixin private MixingFlags mixing;
  @Mixin private ValidationFlags validation;
  @Mixin private RateSearchFlags rates;
  @Mixin private FailureOptions failures;
  @Mixin private DeviceOption device;
  @Mixin private DecodingOptions decoding;

  @Option(
      names = "--shortcut",
      paramLabel = "A|B",
      description = "For resnet8, 14, 20, ...: A subsamples and zero-pads (default), B projects.")
  private ShapeOptions.Letter shortcut;

  @Option(
      names = "--identity-blocks",
      description =
          "Start each residual branch as zero, so that each block starts as x. Always so where no"
              + " batch norm closes the branches (mlp, preresnet), and with more than 16 blocks.")
  private boolean identityBlocks;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "Where the saved model and report.html go; new or empty.")
  private Path out;

  @Option(
      names = "--overwrite",
      description =
          "Replace the saved model in --out; it stays until the training is at its end, which is"
              + " kept in FOLDER/unfinished before.")
  private boolean overwrite;

  @Option(
      names = "--tensorboard",
      arity = "0..1",
      fallbackValue = "",
      paramLabel = "DIR",
      description =
          "Write TensorBoard's event files as well: losses, rate, gradient norms; into"
              + " FOLDER/tensorboard unless it says where.")
  private String events;

  @Option(
      names = "--resume",
      description =
          "Go on with the interrupted training in --out, all other options as they were, or start"
              + " it where nothing is there yet; ends with the same weights as without the"
              + " interruption. One at its end stays as it is, unless --epochs is more than it had;"
              + " --schedule, --lr and --warmup may then be others.")
  private boolean resume;

  @Override
  public Integer call() throws IOException {
    Console console = Console.of(spec);
    recipe.apply(spec);
    if (resume && overwrite) {
      throw CommandFailure.usage(
          "--resume goes on with what is in --out, --overwrite starts anew; give one of them");
    }
    boolean searches = rates.isAsked(resume);
    failures.prepare(out, overwrite || resume);
    if (overwrite || resume) {
      failures.requireApart(new InputFiles().data(data.spec()));
    }
    try (FolderLock folder = OutputFolder.lockModel("--out", out)) {
      boolean goesOn = checkFolder(console);
      try (TrainingBackend backend = device.open(console.err())) {
        train(console, backend, folder, goesOn, searches);
      }
    }
    if (searches) {
      return ExitCode.OK;
    }
    console.out(
        "try next  residuum eval --model %s --data %s%s",
        Console.quoted(out.toString()), Console.quoted(data.spec()), inputs.text());
    return ExitCode.OK;
  }

  /** Whether there is a training to go on with. */
  private boolean checkFolder(Console console) throws IOException {
    if (resume && TrainingJob.isThere(out)) {
      return true;
    }
    OutputFolder.check("--out", out, overwrite);
    SavedModel.checkTarget(out, overwrite);
    if (resume) {
      console.out("resume    nothing is in %s yet, so this starts it", out);
    }
    return false;
  }

  /** Where TensorBoard's files go; null for none. */
  private Path events() {
    if (events == null) {
      return null;
    }
    return events.isEmpty() ? out.resolve(SavedModel.EVENTS) : Path.of(events);
  }

  /** Of the model that learns on, if it is one. */
  private Optional<TrainingNotes> notes(Model pretrained) throws IOException {
    if (pretrained != null) {
      return pretrained.training();
    }
    String named = model.model();
    return named != null && Models.isPath(named)
        ? Models.saved(named).training()
        : Optional.empty();
  }

  /** The model to start from, or null. */
  private Model pretrained(Console console) throws IOException {
    Model read =
        begin.model(
            console,
            model.model() == null ? null : "--model " + model.model(),
            shortcut == null ? null : "--shortcut " + shortcut,
            identityBlocks ? "--identity-blocks" : null);
    return read == null ? null : read.withPreprocessing(decoding.over(read.requirePreprocessing()));
  }

  private StartingPoint start(Console console, Model pretrained, Dataset training)
      throws IOException {
    return pretrained == null
        ? ConsoleTraining.start(
            model.model(), ShapeOptions.shortcut(shortcut), identityBlocks, training, flags.seed())
        : ConsoleTraining.pretrained(
            console, begin.init(), pretrained, begin.keepsHead(), training, flags.seed());
  }

  private void train(
      Console console, TrainingBackend backend, FolderLock folder, boolean goesOn, boolean searches)
      throws IOException {
    Model pretrained = pretrained(console);
    DatasetOptions options = data.toTrain(notes(pretrained)).withDecoding(decoding.options());
    options = task.over(options, pretrained == null ? model.model() : null);
    options = data.withOwnGroups(console, inputs.over(data.spec(), options), false);
    Preprocessing fitted = pretrained == null ? null : pretrained.requirePreprocessing();
    if (fitted != null && fitted.isPicture()) {
      options = options.withPictures(fitted);
    }
    TrainingData opened = data.open(console, options);
    TrainingData parts = fitted == null ? opened : opened.fit(fitted);
    Dataset training = parts.training();
    SkippedFiles skipped = new SkippedFiles(parts);
    skipped.say(console, failures, overwrite || resume);
    skipped.check(failures);
    StartingPoint start = start(console, pretrained, training);
    Recipe settings = settings(start, opened.training(), training);
    TrainingOptions chosen = options(settings, start, training);
    TaskFlags.requireSuited(training.task(), chosen);
    if (parts.validation().isEmpty()) {
      validation.requireValidationPart();
    }
    console.out("recipe    %s", told(start, opened.training(), training));
    if (searches) {
      new ConsoleSearch(console, backend, training, start, rates.range()).run(chosen, out);
      return;
    }
    String kept = recipe.text(settings, begun(start));
    String goOn = "go on with the same train command and --resume";
    ConsoleTraining job = new ConsoleTraining(console, backend, parts, start, kept, goOn, events());
    if (goesOn) {
      job.resume(chosen, folder);
    } else {
      job.run(chosen, folder, overwrite);
    }
  }

  /** The settings of the training, all of them decided. */
  private Recipe settings(StartingPoint start, Dataset opened, Dataset training) {
    return usage(
        () -> {
          Recipe suited = suited(start, opened);
          Recipe tuned =
              begin.init() == null
                  ? suited
                  : start.fineTuned(suited, begin.pretrainedRate(), batchShare(suited, training));
          return recipe.withTyped(tuned).decided(start.network(), training);
        });
  }

  private Recipe suited(StartingPoint start, Dataset opened) {
    return recipe.over(Recipe.of(start.network(), opened));
  }

  /** Who chooses the batch chooses the rate for it. */
  private double batchShare(Recipe suited, Dataset training) {
    return recipe.withTyped(suited).batchShare(training);
  }

  private TrainingOptions options(Recipe settings, StartingPoint start, Dataset training) {
    return usage(() -> settings.options(start.network(), training)).toBuilder()
        .loaderThreads(device.loaderThreads())
        .build();
  }

  /** A setting that is wrong is an option that is. */
  private static <T> T usage(Supplier<T> work) {
    try {
      return work.get();
    } catch (IllegalArgumentException e) {
      String message = OptionNames.in(e.getMessage());
      boolean typed = Recipe.keys().stream().anyMatch(key -> message.startsWith(key + " "));
      throw CommandFailure.usage(typed ? "--" + message : message);
    }
  }

  private String told(StartingPoint start, Dataset opened, Dataset training) {
    String suited = recipe.isAutomatic() ? Recipe.of(start.network(), opened).name() : "";
    String tuned = begin.init() == null ? "" : tuned(batchShare(suited(start, opened), training));
    return recipe.name().equals(Recipe.AUTO)
        ? suited + tuned
        : recipe.name() + (suited.isEmpty() ? "" : " over " + suited) + tuned;
  }

  private String tuned(double batchShare) {
    String smaller = batchShare < 1 ? " and " + batchShare + " for the smaller batch" : "";
    return ", rate times " + begin.pretrainedRate() + " for --init" + smaller;
  }

  /** What the training starts from, as a recipe says it. */
  private Map<String, String> begun(StartingPoint start) {
    return begin.init() == null ? Map.of("model", start.name()) : Map.of("pretrained-rate", "1");
  }
}
