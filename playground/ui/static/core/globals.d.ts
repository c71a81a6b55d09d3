/** The shared types of types.d.ts by their bare names, in every script. */

import type * as shared from "./types.js";

declare global {
  type AxisKind = shared.AxisKind;
  type Card = shared.Card;
  type Child = shared.Child;
  type ChoiceSetting = shared.ChoiceSetting;
  type Dataset = shared.Dataset;
  type LatentSpec = shared.LatentSpec;
  type Look = shared.Look;
  type Metric = shared.Metric;
  type Modality = shared.Modality;
  type NumberSetting = shared.NumberSetting;
  type OutputSpec = shared.OutputSpec;
  type PanelContext = shared.PanelContext;
  type PanelHandle = shared.PanelHandle;
  type PanelModule = shared.PanelModule;
  type Place = shared.Place;
  type ProblemBox = shared.ProblemBox;
  type Reply = shared.Reply;
  type ReplyHeader = shared.ReplyHeader;
  type Setting = shared.Setting;
  type SettingValue = shared.SettingValue;
  type Settings = shared.Settings;
  type Slice<T> = shared.Slice<T>;
  type Spec = shared.Spec;
  type SteeringDirection = shared.SteeringDirection;
  type Words = shared.Words;
}
