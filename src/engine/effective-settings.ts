import type { EffectiveKey, SettingValue } from './settings.ts';

type LookUp = <K extends EffectiveKey>(key: K) => SettingValue<K>;

/** The settings that one server goes by, each looked up once until something of them changes. */
export class EffectiveSettings {
  readonly #lookUp: LookUp;
  readonly #known = new Map<EffectiveKey, SettingValue<EffectiveKey>>();

  constructor(lookUp: LookUp) {
    this.#lookUp = lookUp;
  }

  get<K extends EffectiveKey>(key: K): SettingValue<K> {
    const known = this.#known.get(key) as SettingValue<K> | undefined;
    if (known !== undefined) return known;
    const value = this.#lookUp(key);
    this.#known.set(key, value);
    return value;
  }

  forget(): void {
    this.#known.clear();
  }
}
